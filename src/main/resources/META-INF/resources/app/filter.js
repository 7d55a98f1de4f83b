// Owns deciding which events the live list shows.

/** With a * the whole text must match, without one any part of it. */
export function matcher(pattern) {
  const wanted = pattern.trim().toLowerCase();
  if (!wanted) {
    return null;
  }
  if (!wanted.includes("*")) {
    return (text) => text.toLowerCase().includes(wanted);
  }
  const pieces = wanted.split("*");
  return (text) => globMatches(pieces, text.toLowerCase());
}

// Walks the pieces instead of building a regular expression: many stars would make one backtrack for seconds.
function globMatches(pieces, text) {
  const first = pieces[0];
  const last = pieces[pieces.length - 1];
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) {
    return false;
  }
  let at = first.length;
  const end = text.length - last.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = text.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) {
      return false;
    }
    at = found + piece.length;
  }
  return true;
}

/** A predicate over entries of the live list; null lets everything through. */
export function eventFilter(channel, event, text) {
  const inChannel = matcher(channel);
  const ofType = matcher(event);
  const needle = text.trim().toLowerCase();
  if (!inChannel && !ofType && !needle) {
    return null;
  }
  return function shows(entry) {
    if (entry.missed) {
      // Loss is never filtered away, unless it surely happened in a channel that is.
      return !inChannel || entry.channel.endsWith("*") || inChannel(entry.channel);
    }
    return (
      (!inChannel || inChannel(entry.channel)) &&
      (!ofType || ofType(entry.event)) &&
      (!needle || contains(entry.payload, needle))
    );
  };
}

function contains(payload, needle) {
  try {
    return (JSON.stringify(payload) ?? "").toLowerCase().includes(needle);
  } catch {
    return false;
  }
}

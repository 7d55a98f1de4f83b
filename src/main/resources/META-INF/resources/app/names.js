// Owns the grammar of channel names and patterns.

const NAMESPACE = "[a-z][a-z0-9_-]{0,31}";
const ID = "[A-Za-z0-9._~@+=/-]";
const CHANNEL = new RegExp(`^${NAMESPACE}(:${ID}{1,128})?$`);
const PATTERN = new RegExp(`^${NAMESPACE}:${ID}{0,128}\\*$`);

export function isChannel(text) {
  return CHANNEL.test(text);
}

export function isPattern(text) {
  return PATTERN.test(text);
}

export function namespaceOf(channel) {
  const colon = channel.indexOf(":");
  return colon < 0 ? channel : channel.slice(0, colon);
}

/** True when everything that `other`, a channel or a pattern, names is named by `target` too. */
export function covers(target, other) {
  if (!target.endsWith("*")) {
    return target === other;
  }
  const prefix = target.slice(0, -1);
  return (other.endsWith("*") ? other.slice(0, -1) : other).startsWith(prefix);
}

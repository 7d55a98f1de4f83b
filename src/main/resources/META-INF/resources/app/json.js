// Owns JSON values: showing them in one line or many, and merge patches. Values may be huge or hostile.

const PRETTY_LIMIT = 200000;

export function isObject(value) {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** A value in one line that stops early, however large the value is. An object's own braces are left out. */
export function preview(value, limit = 280) {
  const parts = [];
  let left = limit;
  function put(text) {
    parts.push(text.length > left ? `${text.slice(0, left)}…` : text);
    left -= text.length;
  }
  function members(open, entries, close, depth) {
    put(open);
    let first = true;
    for (const [name, member] of entries) {
      if (left <= 0) {
        return;
      }
      put(first ? "" : ", ");
      put(name === null ? "" : `${name.slice(0, left)}: `);
      walk(member, depth + 1);
      first = false;
    }
    put(close);
  }
  function walk(member, depth) {
    if (left <= 0) {
      return;
    }
    if (typeof member === "string") {
      put(JSON.stringify(member.slice(0, left)));
    } else if (member === null || typeof member !== "object") {
      put(String(member));
    } else if (depth > 5) {
      put(Array.isArray(member) ? "[…]" : "{…}");
    } else if (Array.isArray(member)) {
      members("[", positions(member), "]", depth);
    } else {
      members(depth > 0 ? "{" : "", membersOf(member), depth > 0 ? "}" : "", depth);
    }
  }
  walk(value, 0);
  return parts.join("");
}

function* positions(array) {
  for (const member of array) {
    yield [null, member];
  }
}

function* membersOf(object) {
  for (const name in object) {
    if (Object.hasOwn(object, name)) {
      yield [name, object[name]];
    }
  }
}

export function pretty(value) {
  let text;
  try {
    text = JSON.stringify(value, null, 2) ?? "(no payload)";
  } catch {
    // Only nesting too deep for the engine's stack gets here.
    return preview(value, 2000);
  }
  return text.length > PRETTY_LIMIT
    ? `${text.slice(0, PRETTY_LIMIT)}\n… ${text.length - PRETTY_LIMIT} more characters`
    : text;
}

/** RFC 7396. Results have no prototype, so a member named __proto__ is a member like any other. */
export function mergePatch(target, patch) {
  if (!isObject(patch)) {
    return patch;
  }
  const merged = Object.create(null);
  if (isObject(target)) {
    for (const [name, member] of membersOf(target)) {
      merged[name] = member;
    }
  }
  for (const [name, member] of membersOf(patch)) {
    if (member === null) {
      delete merged[name];
    } else {
      merged[name] = mergePatch(merged[name], member);
    }
  }
  return merged;
}

/** The places a patch touches, as JSON Pointers, each with what stood there before. */
export function touched(patch, previous, at = "", found = new Map()) {
  if (!isObject(patch)) {
    found.set(at, previous);
    return found;
  }
  for (const [name, member] of membersOf(patch)) {
    const before = isObject(previous) && Object.hasOwn(previous, name) ? previous[name] : undefined;
    touched(member, before, pointer(at, name), found);
  }
  return found;
}

export function pointer(parent, name) {
  return `${parent}/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

import type { Json, State } from './types.js';

/** RFC 7396. Neither argument is changed; what did not change is shared with the old state, so that `===` tells. */
export function merge(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) {
    return patch;
  }
  // A map, and not an object: a member may be called __proto__.
  const result = new Map(isObject(target) ? Object.entries(target) : []);
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) {
      result.delete(name);
    } else {
      result.set(name, merge(result.get(name), value));
    }
  }
  return Object.fromEntries(result);
}

export function isObject(value: unknown): value is State {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

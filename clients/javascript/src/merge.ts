import type { Json, State } from './types.js';

/** RFC 7396. Neither argument is changed; what did not change is shared with the old state, so that `===` tells. */
export function merge(target: Json | undefined, patch: Json): Json {
  if (!isObject(patch)) {
    return patch;
  }
  const result: Record<string, Json> = isObject(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) {
      delete result[name];
    } else {
      put(result, name, merge(Object.hasOwn(result, name) ? result[name] : undefined, value));
    }
  }
  return result;
}

export function isObject(value: unknown): value is State {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Sets a member. One may be called `__proto__`, which an assignment would take for something else. */
export function put<T>(object: Record<string, T>, name: string, value: T): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
  } else {
    object[name] = value;
  }
}

import type { Json } from '@tidings/client';

export type Members = { readonly [member: string]: Json };

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON Pointer of a member. */
export function pointer(parent: string, name: string | number): string {
  return `${parent}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** What a JSON Pointer points at; undefined when that is nothing. */
export function at(value: unknown, path: string): Json | undefined {
  let found = value;
  for (const part of path.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) {
      return undefined;
    }
    found = (found as Record<string, unknown>)[name];
  }
  return found as Json;
}

/** On one line, cut where it gets long: a payload may be a megabyte. */
export function preview(value: unknown, most = 300): string {
  const parts: string[] = [];
  let left = most;
  const add = (text: string) => {
    left -= text.length;
    parts.push(text);
  };
  const walk = (each: unknown): void => {
    if (left <= 0) {
      return;
    }
    if (Array.isArray(each)) {
      add('[');
      each.slice(0, left).forEach((one, i) => {
        if (left > 0) {
          i > 0 && add(', ');
          walk(one);
        }
      });
      add(']');
    } else if (typeof each === 'object' && each !== null) {
      add('{');
      let first = true;
      for (const name in each) {
        if (left <= 0) {
          break;
        }
        add(`${first ? '' : ', '}${name}: `);
        first = false;
        walk((each as Record<string, unknown>)[name]);
      }
      add('}');
    } else if (typeof each === 'string') {
      add(JSON.stringify(each.slice(0, left + 1)));
    } else {
      add(String(each));
    }
  };
  walk(value);
  const text = parts.join('');
  return left < 0 ? `${text.slice(0, most)}…` : text;
}

/** Indented, cut where it is longer than anybody reads. */
export function pretty(value: unknown, most = 100_000): string {
  const text = JSON.stringify(value, null, 2) ?? 'nothing';
  return text.length > most ? `${text.slice(0, most)}\n… and ${text.length - most} more characters` : text;
}

/** The pointers of all leaves, with their values; a few hundred at most. */
export function leaves(value: unknown, path = '', found: [string, Json][] = []): [string, Json][] {
  if (found.length < 300) {
    if (typeof value === 'object' && value !== null) {
      Object.entries(value).forEach(([name, each]) => leaves(each, pointer(path, name), found));
    } else if (value !== undefined) {
      found.push([path, value as Json]);
    }
  }
  return found;
}

/** What somebody typed: JSON if it is, else the text itself. */
export function typed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** Parses what has to be JSON; says in words what is wrong with it. */
export function parse(text: string, what: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new Error(`${what} is not valid JSON: ${(error as Error).message}. Put texts into double quotes.`);
  }
}

/** About how much memory a value takes, in characters; what is beyond `most` is not looked at. */
export function weight(value: unknown, most = 1_000_000): number {
  let sum = 0;
  const walk = (each: unknown): void => {
    sum += 16;
    if (typeof each === 'string') {
      sum += each.length;
    } else if (typeof each === 'object' && each !== null) {
      for (const name in each) {
        if (sum > most) {
          return;
        }
        sum += name.length;
        walk((each as Record<string, unknown>)[name]);
      }
    }
  };
  walk(value);
  return sum;
}

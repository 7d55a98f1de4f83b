import { isObject } from './merge.js';
import type { Condition, Filter, Json, Leaf, Message } from './types.js';

/**
 * The test for a filter. The service filters too; but a connection gets an event once, however many of its subscriptions
 * match it, so each has to tell which are its own.
 */
export function predicate(filter: Filter | undefined): (message: Message) => boolean {
  const globs = filter?.events?.length ? filter.events.map(glob) : undefined;
  const where = filter?.where;
  return (message) =>
    (!globs || globs.some((matches) => matches.test(message.event))) && (!where || holds(where, message));
}

/** Whether a channel is, or a pattern covers, this channel. */
export function covers(target: string, channel: string): boolean {
  return target.endsWith('*') ? channel.startsWith(target.slice(0, -1)) : target === channel;
}

function glob(text: string): RegExp {
  return new RegExp(`^${text.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*')}$`, 's');
}

function holds(condition: Condition, message: Message): boolean {
  if ('all' in condition) {
    return condition.all.every((part) => holds(part, message));
  }
  if ('any' in condition) {
    return condition.any.some((part) => holds(part, message));
  }
  return 'not' in condition ? !holds(condition.not, message) : leaf(condition, at(message, condition.field));
}

function leaf({ op, value: wanted }: Leaf, found: Json | undefined): boolean {
  if (op === 'exists') {
    return (found !== undefined) === (wanted ?? true);
  }
  if (found === undefined) {
    return false;
  }
  switch (op) {
    case 'eq':
      return same(found, wanted);
    case 'ne':
      return typeof found === typeof wanted && !same(found, wanted);
    case 'in':
      return Array.isArray(wanted) && wanted.some((one: Json) => same(found, one));
    case 'nin':
      return Array.isArray(wanted) && !wanted.some((one: Json) => same(found, one));
    case 'contains':
      return Array.isArray(found)
        ? found.some((one: Json) => same(one, wanted))
        : typeof found === 'string' && typeof wanted === 'string' && found.includes(wanted);
  }
  if (typeof found === 'string' && typeof wanted === 'string') {
    return op === 'prefix' ? found.startsWith(wanted) : op === 'suffix' ? found.endsWith(wanted) : ordered(op, found, wanted);
  }
  return typeof found === 'number' && typeof wanted === 'number' && ordered(op, found, wanted);
}

function ordered<T extends string | number>(op: Leaf['op'], a: T, b: T): boolean {
  return op === 'lt' ? a < b : op === 'le' ? a <= b : op === 'gt' ? a > b : op === 'ge' && a >= b;
}

function same(a: Json, b: Json | undefined): boolean {
  if (a === b) {
    return true;
  }
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((one, i) => same(one, b[i]));
  }
  if (!isObject(a) || !isObject(b)) {
    return false;
  }
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && same(a[name]!, b[name]));
}

function at(message: Message, pointer: string): Json | undefined {
  let found: unknown = message;
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~');
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) {
      return undefined;
    }
    found = (found as Record<string, unknown>)[name];
  }
  return found as Json;
}

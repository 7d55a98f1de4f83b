import { isObject, merge } from './merge.js';
import type { Json, Message, State } from './types.js';

interface Copy {
  readonly data: State | null;
  readonly offset: number;
}

/** More changes than these while a state is being fetched, and it is fetched again. */
const MAX_HELD = 10_000;

/** Local copies of states, each made of a snapshot and the changes after it. */
export class Copies {
  readonly #copies = new Map<string, Copy>();
  /** While a snapshot is on its way: the changes since it was asked for, which it may have or not. */
  #held: Message[] | undefined;

  get(channel: string): State | null {
    return this.#copies.get(channel)?.data ?? null;
  }

  has(channel: string): boolean {
    return this.#copies.has(channel);
  }

  offset(channel: string): number {
    return this.#copies.get(channel)?.offset ?? 0;
  }

  channels(): IterableIterator<string> {
    return this.#copies.keys();
  }

  *entries(): IterableIterator<[channel: string, data: State]> {
    for (const [channel, { data }] of this.#copies) {
      if (data !== null) {
        yield [channel, data];
      }
    }
  }

  /** Follows an event that may be a change of state. */
  apply(message: Message): void {
    if (message.event !== 'state.changed' && message.event !== 'state.deleted') {
      return;
    }
    if (this.#held && this.#held.length <= MAX_HELD) {
      this.#held.push(message);
    }
    this.#change(message);
  }

  /** Replaces the copy of one channel; null says that it has no state. */
  replace(channel: string, data: State | null, offset: number): void {
    this.#copies.set(channel, { data, offset });
  }

  /** From now on changes are held too, for a snapshot that is asked for now. */
  hold(): void {
    this.#held = [];
  }

  /**
   * Takes a snapshot and the changes held since it was asked for.
   *
   * @returns false when too much has changed meanwhile: it has to be asked for again
   */
  take(snapshot: Iterable<readonly [channel: string, data: State | null, offset: number]>): boolean {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const [channel, data, offset] of snapshot) {
      this.replace(channel, data, offset);
    }
    held.forEach((message) => this.#change(message));
    return held.length <= MAX_HELD;
  }

  clear(): void {
    this.#copies.clear();
  }

  #change({ channel, event, offset, payload }: Message): void {
    const copy = this.#copies.get(channel);
    if (copy && offset <= copy.offset) {
      return;
    }
    const patch: Json | undefined = isObject(payload) ? payload['patch'] : undefined;
    const data = event === 'state.deleted' ? null : isObject(patch) ? (merge(copy?.data ?? {}, patch) as State) : (copy?.data ?? null);
    this.#copies.set(channel, { data, offset });
  }
}

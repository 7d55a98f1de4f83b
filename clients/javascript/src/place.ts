import { isObject } from './merge.js';
import type { Since, Subscribed } from './types.js';

/** A confirmation, whatever is in it. */
export function subscribedOf(payload: unknown): Subscribed {
  const { epoch, offset, cursor, recovered, replayed, state } = (isObject(payload) ? payload : {}) as Record<string, unknown>;
  return {
    ...(typeof epoch === 'string' && typeof offset === 'number' ? { epoch, offset } : {}),
    ...(typeof cursor === 'string' ? { cursor } : {}),
    recovered: recovered === true,
    replayed: typeof replayed === 'number' ? replayed : 0,
    ...(isObject(state) && isObject(state['data']) ? { state: state as unknown as NonNullable<Subscribed['state']> } : {}),
  };
}

/** How far a subscription has come on the service: where it resumes. */
export class Place {
  #epoch: string | undefined;
  #offset: number | undefined;
  #cursor: string | undefined;
  /** Where it will be when all that is being replayed has come. */
  #after: Subscribed | undefined;
  #remaining = 0;

  /** True when nothing is being replayed. */
  get settled(): boolean {
    return this.#remaining === 0;
  }

  since(): Since | undefined {
    if (this.#cursor !== undefined) {
      return { cursor: this.#cursor };
    }
    return this.#epoch !== undefined && this.#offset !== undefined
      ? { epoch: this.#epoch, offset: this.#offset }
      : undefined;
  }

  /** The service has confirmed the subscription, which was asked for with this `since`. */
  confirmed(subscribed: Subscribed, since: Since | undefined): void {
    this.#remaining = subscribed.recovered ? subscribed.replayed : 0;
    this.#epoch = subscribed.epoch;
    this.#after = undefined;
    if (this.#remaining === 0) {
      this.#arrive(subscribed);
      return;
    }
    this.#after = subscribed;
    const from = (since ?? {}) as Partial<Record<'offset' | 'cursor', never>>;
    this.#offset = from.offset;
    this.#cursor = from.cursor;
  }

  /** An event of it has come, new or not. */
  passed(offset: number): void {
    if (this.#epoch !== undefined) {
      this.#offset = Math.max(offset, this.#offset ?? 0);
    }
    if (this.#remaining > 0 && --this.#remaining === 0 && this.#after) {
      this.#arrive(this.#after);
    }
  }

  forget(): void {
    this.#epoch = this.#offset = this.#cursor = this.#after = undefined;
    this.#remaining = 0;
  }

  #arrive({ offset, cursor }: Subscribed): void {
    const replayed = this.#after !== undefined;
    this.#after = undefined;
    this.#cursor = cursor;
    this.#offset = offset === undefined || !replayed ? offset : Math.max(offset, this.#offset ?? 0);
  }
}

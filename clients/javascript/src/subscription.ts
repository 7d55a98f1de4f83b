import { TidingsError } from './errors.js';
import { predicate } from './filter.js';
import { Queue } from './queue.js';
import { Seen } from './seen.js';
import type { Gap, Item, Message, PresenceChange, Reset, State, StateReplaced, Subscribed, SubscribeOptions } from './types.js';

/** What a subscription calls, each in the order in which things happen. */
export interface Listener {
  message?(message: Message): void;
  gap?(gap: Gap): void;
  reset?(reset: Reset): void;
  state?(state: StateReplaced): void;
  joined?(change: PresenceChange): void;
  left?(change: PresenceChange): void;
  /** It has ended: refused, no longer permitted, or together with the connection. Not by `unsubscribe`. */
  error?(error: TidingsError): void;
}

/** What a subscription needs of what holds it. */
export interface Holder {
  copy(channel: string): State | null;
  copies(): Iterable<[channel: string, data: State]>;
  acknowledge(offset: number): void;
  release(subscription: Subscription): void;
  /** A listener threw. */
  failed(error: unknown): void;
}

/**
 * A subscription, which holds over disconnects until it is ended. Iterate over it for its events, or over `items()` for all
 * it has to tell; with a listener it calls that instead. Leaving a loop by `break` ends it.
 */
export class Subscription implements AsyncIterable<Message> {
  /** The service's first confirmation. Rejects when the subscription is refused or ends before. */
  readonly ready: Promise<Subscribed>;
  /** Why it has ended; undefined while it holds, and after `unsubscribe`. */
  error: TidingsError | undefined;
  /** @internal */ readonly seen = new Seen();
  /** @internal */ confirmed: Subscribed | undefined;
  readonly #accepts: (message: Message) => boolean;
  readonly #queue: Queue<Item> | undefined;
  #ended = false;
  #settle!: { resolve(subscribed: Subscribed): void; reject(error: TidingsError): void };

  /** @internal */
  constructor(
    /** The channel or pattern. */
    readonly channel: string,
    readonly options: SubscribeOptions,
    private readonly listener: Listener | undefined,
    private readonly capacity: number,
    private readonly holder: Holder,
  ) {
    this.#accepts = predicate(options.filter);
    this.#queue = listener ? undefined : new Queue(capacity);
    this.ready = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    // Whoever does not ask is told by the iteration or the listener.
    this.ready.catch(() => {});
  }

  /** The local copy of the channel's state, or of one of the pattern's channels; null when there is none. Needs `state: true`. */
  state(channel: string = this.channel): State | null {
    return this.holder.copy(channel);
  }

  /** All local copies, by channel. */
  states(): ReadonlyMap<string, State> {
    return new Map(this.holder.copies());
  }

  /** `durable`: everything up to this offset has been dealt with. */
  ack(offset: number): void {
    this.holder.acknowledge(offset);
  }

  /** Ends it. An iteration ends after what has come already. */
  unsubscribe(): void {
    this.end();
    this.holder.release(this);
  }

  /** Everything it has to tell, in order. Two iterations share what comes. */
  items(): AsyncIterableIterator<Item> {
    const queue = this.#queue;
    if (!queue) {
      throw new TidingsError('unsupported', 'There is a listener.');
    }
    return {
      next: () => queue.next(),
      return: () => {
        this.unsubscribe();
        return Promise.resolve({ value: undefined, done: true as const });
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  async *[Symbol.asyncIterator](): AsyncIterator<Message> {
    for await (const item of this.items()) {
      if (item.type === 'message') {
        yield item;
      }
    }
  }

  /** How many items wait to be taken by an iteration. */
  get waiting(): number {
    return this.#queue?.size ?? 0;
  }

  /** @internal True when it is this subscription's and new to it. */
  wants(message: Message): boolean {
    return !this.#ended && this.#accepts(message) && this.seen.isNew(message.channel, message.offset);
  }

  /** @internal */
  tell(item: Item): void {
    if (this.#ended) {
      return;
    }
    if (this.listener) {
      try {
        (this.listener[item.type] as ((item: Item) => void) | undefined)?.(item);
      } catch (error) {
        this.holder.failed(error);
      }
    } else if (!this.#queue!.push(item)) {
      this.end(new TidingsError('overflow', `${this.capacity} items wait and nobody takes them.`));
      this.holder.release(this);
    }
  }

  /** @internal */
  confirm(subscribed: Subscribed): void {
    this.confirmed = subscribed;
    this.#settle.resolve(subscribed);
  }

  /** @internal */
  end(error?: TidingsError): void {
    if (this.#ended) {
      return;
    }
    this.#ended = true;
    this.error = error;
    this.#settle.reject(error ?? new TidingsError('closed', 'It was ended.'));
    this.#queue?.end(error);
    if (error) {
      try {
        this.listener?.error?.(error);
      } catch (thrown) {
        this.holder.failed(thrown);
      }
    }
  }
}

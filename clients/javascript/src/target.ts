import { Copies } from './copies.js';
import { retryAfter, TidingsError } from './errors.js';
import { Place, subscribedOf } from './place.js';
import type { Requests } from './requests.js';
import type { Holder, Listener } from './subscription.js';
import { Subscription } from './subscription.js';
import type { ChannelState, Envelope, Item, Message, Since, State, Subscribed, SubscribeOptions } from './types.js';

const RETRY_MS = 1000;
/** Acknowledgements within this time are one: the last says as much as all. */
const TOGETHER_MS = 20;

/** What a target needs of the client. */
export interface TargetContext {
  readonly requests: Requests;
  readonly itemBuffer: number;
  isConnected(): boolean;
  send(envelope: Envelope): void;
  /** Nobody subscribes to it any more, or it was refused. */
  ended(target: Target): void;
  failed(error: unknown): void;
}

/** One channel or pattern as the service knows it, for all subscriptions of this client to it. */
export class Target implements Holder {
  readonly #subscriptions = new Set<Subscription>();
  readonly #place = new Place();
  readonly #copies = new Copies();
  readonly #pattern: boolean;
  /** Who tells an answer to an earlier question from one to the last. */
  #question = {};
  #asked = '';
  #confirmedOnce = false;
  #acked = 0;
  #ackTimer: ReturnType<typeof setTimeout> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly channel: string,
    private readonly context: TargetContext,
  ) {
    this.#pattern = channel.endsWith('*');
  }

  /** Adds a subscription, and asks the service where what it wants is not had already. */
  add(options: SubscribeOptions, listener: Listener | undefined): Subscription {
    const subscription = new Subscription(this.channel, options, listener, this.context.itemBuffer, this);
    const first = this.#subscriptions.size === 0;
    this.#subscriptions.add(subscription);
    const last = [...this.#subscriptions].find((other) => other.confirmed)?.confirmed;
    if (first || options.since || !last || JSON.stringify(this.#payload()) !== this.#asked) {
      if (this.context.isConnected()) {
        this.#ask(options.since, subscription);
      }
    } else {
      subscription.confirm(last);
      // After whoever subscribed has had a chance to look.
      queueMicrotask(() => this.#tellCopies([subscription]));
    }
    return subscription;
  }

  /** On a new connection: everything from where it stopped. */
  resume(): void {
    clearTimeout(this.#retryTimer);
    this.#ask(this.#place.since() ?? this.#firstSince());
  }

  disconnected(): void {
    this.#question = {};
    clearTimeout(this.#retryTimer);
  }

  /**
   * Events carry no cursor, and a filter lets little through: so the place to resume from grows old, until the service does
   * not have all that followed it. Subscribing again loses nothing and gives a new one.
   */
  renew(): void {
    const isFiltered = this.#payload()['filter'] !== undefined;
    if ((this.#pattern || isFiltered) && this.#durable() === undefined && this.#place.settled) {
      this.#subscriptions.forEach((subscription) => subscription.seen.turn());
      this.#ask(undefined);
    }
  }

  /** An event that this target covers. */
  message(message: Message): void {
    this.#place.passed(message.offset);
    let applied = false;
    for (const subscription of this.#subscriptions) {
      if (subscription.wants(message)) {
        if (!applied) {
          applied = true;
          if (this.#wantsState()) {
            this.#copies.apply(message);
          }
        }
        subscription.tell(message);
      }
    }
  }

  tell(item: Item): void {
    this.#subscriptions.forEach((subscription) => subscription.tell(item));
  }

  /** The service dropped events. */
  gap(item: Item): void {
    this.tell(item);
    this.#refetch(item.channel);
  }

  /** A numbering has restarted: the service says so unasked. */
  restarted(subscribed: Subscribed): void {
    this.#place.confirmed(subscribed, undefined);
    this.#reset([...this.#subscriptions], subscribed);
  }

  fail(error: TidingsError): void {
    this.disconnected();
    clearTimeout(this.#ackTimer);
    const all = [...this.#subscriptions];
    this.#subscriptions.clear();
    all.forEach((subscription) => subscription.end(error.code === 'closed' ? undefined : error));
  }

  // What a subscription asks of it.

  copy(channel: string): State | null {
    return this.#copies.get(channel);
  }

  copies(): Iterable<[channel: string, data: State]> {
    return this.#copies.entries();
  }

  acknowledge(offset: number): void {
    if (this.#durable() === undefined || offset <= this.#acked) {
      return;
    }
    this.#acked = offset;
    this.#ackTimer ??= setTimeout(() => this.#sendAck(), TOGETHER_MS);
  }

  release(subscription: Subscription): void {
    if (!this.#subscriptions.delete(subscription)) {
      return;
    }
    if (this.#subscriptions.size === 0) {
      if (this.#ackTimer !== undefined) {
        this.#sendAck();
      }
      this.disconnected();
      this.context.ended(this);
      if (this.context.isConnected()) {
        this.context.requests.start({ type: 'unsubscribe', channel: this.channel }, false, () => {});
      }
    } else if (this.context.isConnected() && JSON.stringify(this.#payload()) !== this.#asked) {
      this.#ask(undefined);
    }
  }

  failed(error: unknown): void {
    this.context.failed(error);
  }

  #ask(since: Since | undefined, newcomer?: Subscription): void {
    const question = (this.#question = {});
    const payload = this.#payload();
    this.#asked = JSON.stringify(payload);
    const envelope = { type: 'subscribe', channel: this.channel, payload: since ? { ...payload, since } : payload };
    this.context.requests.start(envelope, false, (reply) => {
      if (question !== this.#question) {
        return;
      }
      if (reply instanceof TidingsError) {
        this.#refused(reply, since, newcomer);
      } else {
        this.#confirmed(subscribedOf(reply.payload), since, newcomer);
      }
    });
  }

  #refused(error: TidingsError, since: Since | undefined, newcomer: Subscription | undefined): void {
    if (error.code === 'disconnected') {
      return;
    }
    if (error.retryable) {
      this.#retryTimer = setTimeout(() => this.#ask(since, newcomer), retryAfter(error, RETRY_MS));
    } else if (error.code === 'invalid_message' && since && this.#place.since() === since) {
      this.#place.forget();
      this.#ask(undefined);
    } else if (newcomer && this.#confirmedOnce) {
      // What was held before is held still.
      this.#subscriptions.delete(newcomer);
      newcomer.end(error);
    } else {
      this.fail(error);
      this.context.ended(this);
    }
  }

  #confirmed(subscribed: Subscribed, since: Since | undefined, newcomer: Subscription | undefined): void {
    const first = !this.#confirmedOnce;
    this.#confirmedOnce = true;
    this.#place.confirmed(subscribed, since);
    if (since && subscribed.recovered === false) {
      this.#reset(newcomer && !first ? [newcomer] : [...this.#subscriptions], subscribed);
    } else if (this.#wantsState()) {
      this.#firstState(subscribed, newcomer);
    }
    this.#subscriptions.forEach((subscription) => subscription.confirm(subscribed));
    if (this.#acked > 0 && since && subscribed.recovered) {
      this.#sendAck();
    }
  }

  #reset(subscriptions: readonly Subscription[], subscribed: Subscribed): void {
    this.#acked = 0;
    const { recovered: _, replayed: __, state, ...place } = subscribed;
    const item: Item = { type: 'reset', channel: this.channel, ...place };
    for (const subscription of subscriptions) {
      subscription.seen.clear();
      subscription.tell(item);
    }
    if (!this.#wantsState()) {
      return;
    }
    if (this.#pattern) {
      this.#copies.clear();
      this.#refetch(this.channel);
    } else {
      this.#copies.replace(this.channel, state?.data ?? null, state?.offset ?? place.offset ?? 0);
      this.#tellCopies(subscriptions);
    }
  }

  // What is resumed needs no snapshot: the changes come.
  #firstState({ state }: Subscribed, newcomer: Subscription | undefined): void {
    const known = this.#copies.entries().next().done !== true;
    if (known) {
      this.#tellCopies(newcomer ? [newcomer] : []);
    } else if (this.#pattern) {
      this.#refetch(this.channel);
    } else if (state) {
      this.#copies.replace(this.channel, state.data, state.offset);
      this.#tellCopies([...this.#subscriptions]);
    }
  }

  /** Asks for the state of a channel, or of all of a pattern, and tells it. */
  #refetch(channel: string): void {
    if (!this.#wantsState()) {
      return;
    }
    this.#copies.hold();
    this.context.requests.start({ type: 'state', channel }, true, (reply) => {
      if (reply instanceof TidingsError) {
        if (reply.retryable && reply.code !== 'disconnected' && this.#subscriptions.size > 0) {
          setTimeout(() => this.#refetch(channel), retryAfter(reply, RETRY_MS));
        }
        return;
      }
      const { states = [] } = (reply.payload ?? {}) as { states?: readonly ChannelState[] };
      const gone = channel.endsWith('*') || states.length > 0 ? [] : [[channel, null, 0] as const];
      if (!this.#copies.take([...gone, ...states.map((one) => [one.channel, one.data, one.offset] as const)])) {
        this.#refetch(channel);
      }
      const changed = channel.endsWith('*') ? undefined : channel;
      this.#tellCopies([...this.#subscriptions], changed);
    });
  }

  #tellCopies(subscriptions: readonly Subscription[], channel = this.#pattern ? undefined : this.channel): void {
    for (const subscription of subscriptions) {
      if (subscription.options.state) {
        for (const one of channel === undefined ? this.#copies.channels() : [channel]) {
          if (this.#copies.has(one)) {
            subscription.tell({ type: 'state', channel: one, data: this.#copies.get(one), offset: this.#copies.offset(one) });
          }
        }
      }
    }
  }

  #sendAck(): void {
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
    if (this.context.isConnected() && this.#confirmedOnce && this.#acked > 0) {
      this.context.send({ type: 'ack', channel: this.channel, offset: this.#acked });
    }
  }

  #wantsState(): boolean {
    for (const { options } of this.#subscriptions) {
      if (options.state) {
        return true;
      }
    }
    return false;
  }

  #durable(): string | undefined {
    for (const { options } of this.#subscriptions) {
      if (options.durable !== undefined) {
        return options.durable;
      }
    }
    return undefined;
  }

  #firstSince(): Since | undefined {
    for (const { options } of this.#subscriptions) {
      if (options.since) {
        return options.since;
      }
    }
    return undefined;
  }

  /** What the service is asked for so that all subscriptions get what they want. Each filters for itself. */
  #payload(): Record<string, unknown> {
    const all = [...this.#subscriptions].map(({ options }) => options);
    const filters = new Set(all.map(({ filter }) => JSON.stringify(filter)));
    const durable = this.#durable();
    return {
      ...(filters.size === 1 && all[0]?.filter ? { filter: all[0].filter } : {}),
      ...(this.#wantsState() && !this.#pattern ? { state: true } : {}),
      ...(all.every(({ conflate }) => conflate) ? { conflate: true } : {}),
      ...(durable === undefined ? {} : { durable }),
      ...(all.some(({ presence }) => presence) ? { presence: true } : {}),
    };
  }
}

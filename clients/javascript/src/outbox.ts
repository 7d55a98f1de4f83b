import { retryAfter, TidingsError } from './errors.js';
import type { Requests } from './requests.js';
import type { Envelope, Published } from './types.js';

/** The service knows an `event_id` for five minutes; what was sent longer ago could come twice. */
const SAFE_TO_REPEAT_MS = 270_000;
const RETRY_MS = 500;

interface Entry {
  readonly envelope: Envelope;
  resolve(published: Published): void;
  reject(error: TidingsError): void;
  sentAt?: number;
}

/**
 * Publishes that are not acknowledged, in order. While all is well they are sent as they come. After a break, or when the
 * service could not take one, they go one at a time until none is left: so their order is kept.
 */
export class Outbox {
  #entries: Entry[] = [];
  #flying = 0;
  #oneByOne = true;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #link = {};

  constructor(
    private readonly capacity: number,
    private readonly requests: Requests,
    private readonly isConnected: () => boolean,
  ) {}

  publish(envelope: Envelope): Promise<Published> {
    return new Promise((resolve, reject) => {
      if (this.#entries.length >= this.capacity) {
        reject(new TidingsError('buffer_full', `${this.capacity} publishes wait already.`, true));
        return;
      }
      const entry = { envelope, resolve, reject };
      this.#entries.push(entry);
      if (!this.#oneByOne && this.isConnected()) {
        this.#send(entry);
      } else {
        this.#next();
      }
    });
  }

  /** On a new connection, after everything else was said. */
  resend(): void {
    this.#next();
  }

  disconnected(): void {
    this.#link = {};
    this.#flying = 0;
    this.#oneByOne = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  fail(error: TidingsError): void {
    this.disconnected();
    this.#entries.splice(0).forEach((entry) => entry.reject(error));
  }

  #next(): void {
    if (!this.isConnected() || this.#timer !== undefined || this.#flying > 0) {
      return;
    }
    const [first] = this.#entries;
    if (!first) {
      this.#oneByOne = false;
    } else if (first.sentAt !== undefined && Date.now() - first.sentAt > SAFE_TO_REPEAT_MS) {
      this.#entries.shift();
      first.reject(new TidingsError('timeout', 'It may have been stored or not.'));
      this.#next();
    } else {
      this.#send(first);
    }
  }

  #send(entry: Entry): void {
    const link = this.#link;
    entry.sentAt ??= Date.now();
    this.#flying++;
    this.requests.start(entry.envelope, false, (reply) => {
      if (link !== this.#link) {
        return;
      }
      this.#flying--;
      this.#settle(entry, reply);
      if (this.#oneByOne) {
        this.#next();
      }
    });
  }

  #settle(entry: Entry, reply: Envelope | TidingsError): void {
    const refused = reply instanceof TidingsError;
    if (refused && reply.code === 'disconnected') {
      // It stays, and goes again with the next link.
      return;
    }
    if (refused && (reply.code === 'rate_limited' || reply.code === 'unavailable')) {
      this.#oneByOne = true;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.#next();
      }, retryAfter(reply, RETRY_MS));
      return;
    }
    // Mostly it is the first.
    this.#entries.splice(this.#entries.indexOf(entry), 1);
    if (refused) {
      entry.reject(reply);
    } else {
      entry.resolve(reply.payload as Published);
    }
  }
}

import { errorOf, TidingsError } from './errors.js';
import { isObject } from './merge.js';
import type { Envelope } from './types.js';

/** Called in the turn in which the reply comes, before anything that follows it is looked at. */
export type Settle = (reply: Envelope | TidingsError) => void;

interface Pending {
  readonly envelope: Envelope;
  /** Sent again on the next connection; what is not, has failed when the link breaks. */
  readonly again: boolean;
  readonly settle: Settle;
  readonly timer: ReturnType<typeof setTimeout>;
  /** On the present connection. */
  sent: boolean;
}

/** What was asked and is not answered. */
export class Requests {
  #last = 0;
  readonly #pending = new Map<string, Pending>();

  constructor(
    private readonly timeoutMs: number,
    private readonly send: (envelope: Envelope) => void,
    private readonly isConnected: () => boolean,
  ) {}

  /** Asks for the payload of a reply. */
  ask(envelope: Envelope, again: boolean, extraMs = 0): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const settle: Settle = (reply) => {
        if (reply instanceof TidingsError) {
          reject(reply);
        } else if (isObject(reply.payload)) {
          resolve(reply.payload);
        } else {
          reject(new TidingsError('protocol_error', 'The answer is empty.'));
        }
      };
      this.start(envelope, again, settle, extraMs);
    });
  }

  /** Sends it, now or with the next connection. */
  start(envelope: Envelope, again: boolean, settle: Settle, extraMs = 0): void {
    const id = String(++this.#last);
    const timer = setTimeout(() => {
      this.#pending.delete(id);
      settle(new TidingsError('timeout', `No answer to ${envelope.type} came in time.`, true));
    }, this.timeoutMs + extraMs);
    const pending = { envelope: { ...envelope, id }, again, settle, timer, sent: this.isConnected() };
    this.#pending.set(id, pending);
    if (pending.sent) {
      this.send(pending.envelope);
    }
  }

  /** True when this answers something that was asked. */
  answer(envelope: Envelope): boolean {
    const pending = envelope.id === undefined ? undefined : this.#pending.get(envelope.id);
    if (!pending) {
      return false;
    }
    this.#remove(pending);
    pending.settle(envelope.type === 'error' ? errorOf(envelope.payload) : envelope);
    return true;
  }

  /** On a new connection, whose server knows nothing of what was asked. */
  resend(): void {
    for (const pending of this.#pending.values()) {
      if (!pending.sent) {
        pending.sent = true;
        this.send(pending.envelope);
      }
    }
  }

  /** The link is gone; `final` says that there will be no other. */
  fail(error: TidingsError, final: boolean): void {
    const cut = final ? error : new TidingsError('disconnected', error.message, true, error.details, { cause: error });
    for (const pending of [...this.#pending.values()]) {
      pending.sent = false;
      if (final || !pending.again) {
        this.#remove(pending);
        pending.settle(cut);
      }
    }
  }

  #remove({ envelope, timer }: Pending): void {
    clearTimeout(timer);
    this.#pending.delete(envelope.id!);
  }
}

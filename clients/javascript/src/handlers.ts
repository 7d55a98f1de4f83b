import { retryAfter, TidingsError } from './errors.js';
import { covers } from './filter.js';
import type { Requests } from './requests.js';
import type { Command, CommandHandler, Envelope, Json } from './types.js';

const RETRY_MS = 1000;

/** A channel or pattern whose commands are answered here. */
export interface Handling {
  readonly channel: string;
  /** Resolves when commands come here; rejects when that is refused. */
  readonly ready: Promise<void>;
  /** Ends it; what was given before may still be answered. */
  close(): void;
}

interface Entry {
  readonly handling: Handling;
  readonly handler: CommandHandler;
  resolve(): void;
  reject(error: TidingsError): void;
}

/** Who answers commands here. */
export class Handlers {
  readonly #entries = new Map<string, Entry>();
  /** Changes with every connection: a command ends with the one over which it came. */
  #link = {};

  constructor(
    private readonly requests: Requests,
    private readonly send: (envelope: Envelope) => void,
    private readonly isConnected: () => boolean,
  ) {}

  /** A second handler of the same channel takes the place of the first. */
  add(channel: string, handler: CommandHandler): Handling {
    let settle!: { resolve(): void; reject(error: TidingsError): void };
    const ready = new Promise<void>((resolve, reject) => (settle = { resolve, reject }));
    ready.catch(() => {});
    const handling = { channel, ready, close: () => this.#close(entry) };
    const entry: Entry = { handling, handler, ...settle };
    this.#entries.get(channel)?.reject(new TidingsError('closed', 'It was replaced.'));
    this.#entries.set(channel, entry);
    if (this.isConnected()) {
      this.#ask(entry);
    }
    return handling;
  }

  has(channel: string): boolean {
    return this.#entries.has(channel);
  }

  resume(): void {
    this.#link = {};
    this.#entries.forEach((entry) => this.#ask(entry));
  }

  fail(error: TidingsError): void {
    this.#link = {};
    this.#entries.forEach((entry) => entry.reject(error));
    this.#entries.clear();
  }

  /** Carries out a command and sends its result. */
  command({ id = '', channel = '', from, payload }: Envelope): void {
    const entry = this.#entries.get(channel) ?? [...this.#entries.values()].find((one) => covers(one.handling.channel, channel));
    if (!entry) {
      return;
    }
    const { name, args } = (payload ?? {}) as { name?: unknown; args?: Json };
    void this.#run(entry.handler, { id, channel, name: String(name), args: args ?? null, from: String(from) });
  }

  async #run(handler: CommandHandler, command: Command): Promise<void> {
    const link = this.#link;
    let payload: object;
    try {
      const result = await handler(command);
      payload = { status: 'ok', result: result ?? null };
    } catch (error) {
      const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
      payload = {
        status: 'error',
        error: { code: typeof code === 'string' ? code : 'handler_failed', message: String(message ?? error) },
      };
    }
    if (link === this.#link && this.isConnected()) {
      this.send({ type: 'command_result', command: command.id, payload });
    }
  }

  #ask(entry: Entry): void {
    const { channel } = entry.handling;
    this.requests.start({ type: 'handle', channel }, false, (reply) => {
      if (this.#entries.get(channel) !== entry) {
        return;
      }
      if (!(reply instanceof TidingsError)) {
        entry.resolve();
      } else if (reply.retryable) {
        if (reply.code !== 'disconnected') {
          setTimeout(() => this.isConnected() && this.#entries.get(channel) === entry && this.#ask(entry), retryAfter(reply, RETRY_MS));
        }
      } else {
        this.#entries.delete(channel);
        entry.reject(reply);
      }
    });
  }

  #close(entry: Entry): void {
    const { channel } = entry.handling;
    if (this.#entries.get(channel) !== entry) {
      return;
    }
    this.#entries.delete(channel);
    entry.reject(new TidingsError('closed', 'It was closed.'));
    if (this.isConnected()) {
      this.requests.start({ type: 'unhandle', channel }, false, () => {});
    }
  }
}

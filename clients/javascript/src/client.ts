import { json, type Codec } from './codec.js';
import { Connection, type ConnectionSettings, type ConnectionStatus, type TokenCallback, type Transport } from './connection.js';
import type { Retry } from './backoff.js';
import { errorOf, TidingsError } from './errors.js';
import { covers } from './filter.js';
import { Handlers, type Handling } from './handlers.js';
import { openSocket, type LinkEvents, type SocketConstructor } from './link.js';
import { isObject } from './merge.js';
import { Outbox } from './outbox.js';
import { subscribedOf } from './place.js';
import { Requests } from './requests.js';
import type { Listener, Subscription } from './subscription.js';
import { Target, type TargetContext } from './target.js';
import type {
  ChannelState,
  CommandHandler,
  CommandResponse,
  Envelope,
  Gap,
  History,
  HistoryOptions,
  Json,
  Message,
  Presence,
  PresenceChange,
  Published,
  PublishOptions,
  SubscribeOptions,
} from './types.js';
import { PlatformSocket } from '#websocket';

export interface ClientOptions {
  /** Where the service is, such as `https://tidings.example`. In a browser, unless given, where the page comes from. */
  readonly url?: string | URL;
  /** A token, or better a callback that answers with one: it is asked at each connection and when a token ends. */
  readonly token?: string | TokenCallback;
  /** Ways to reach the service, in this order; the next is tried after three failures. All three unless given. */
  readonly transports?: readonly Transport[];
  /** Between two attempts to connect: up to 500 ms at first, at most 20 s. */
  readonly retry?: Partial<Retry>;
  /** How long an attempt to connect may take; 10 s. */
  readonly connectTimeoutMs?: number;
  /** How long a request waits for its answer; 10 s. */
  readonly requestTimeoutMs?: number;
  /** How many publishes may wait for their acknowledgement; 1000. */
  readonly publishBuffer?: number;
  /** How many items may wait for an iteration; 10 000. */
  readonly itemBuffer?: number;
  /** For how many ms the service may hold messages back so as to send several in one frame; 0. */
  readonly batchMs?: number;
  /** JSON unless given. */
  readonly codec?: Codec;
  /** The platform's unless given. */
  readonly WebSocket?: SocketConstructor;
  /** Whether it connects as soon as it is made; true. */
  readonly autoConnect?: boolean;
  /** What is the answer to no call: an `error` of the service without one, and what a listener throws. To the console unless given. */
  readonly onError?: (error: unknown) => void;
}

/** Places are renewed this often; history is kept for five minutes unless configured otherwise. */
const RENEW_MS = 60_000;

/** One connection to a service and all that goes over it. Holds until `close()`, through breaks of the link. */
export class TidingsClient {
  readonly #connection: Connection;
  readonly #requests: Requests;
  readonly #outbox: Outbox;
  readonly #handlers: Handlers;
  readonly #targets = new Map<string, Target>();
  /** Those of them that are patterns, where every message has to be looked up. */
  #patterns: Target[] = [];
  readonly #context: TargetContext;
  readonly #listeners = new Set<(status: ConnectionStatus) => void>();
  readonly #onError: (error: unknown) => void;
  #renewal: ReturnType<typeof setInterval> | undefined;

  constructor(options: ClientOptions = {}) {
    const isConnected = () => this.#connection.connected;
    const send = (envelope: Envelope) => this.#connection.send(envelope);
    const failed = (error: unknown) => this.#report(error);
    this.#onError = options.onError ?? ((error) => console.error('tidings:', error));
    this.#requests = new Requests(options.requestTimeoutMs ?? 10_000, send, isConnected);
    this.#outbox = new Outbox(options.publishBuffer ?? 1000, this.#requests, isConnected);
    this.#handlers = new Handlers(this.#requests, send, isConnected);
    this.#context = {
      requests: this.#requests,
      itemBuffer: options.itemBuffer ?? 10_000,
      isConnected,
      send,
      ended: (target) => this.#forget(target),
      failed,
    };
    const { token } = options;
    this.#connection = new Connection(
      {
        token: typeof token === 'function' ? token : () => token,
        transports: options.transports?.length ? options.transports : ['websocket', 'sse', 'polling'],
        retry: { firstMs: 500, maxMs: 20_000, ...options.retry },
        connectTimeoutMs: options.connectTimeoutMs ?? 10_000,
        ...ways(options),
      },
      {
        status: (status) => this.#listeners.forEach((listener) => this.#call(listener, status)),
        connected: () => this.#connected(),
        disconnected: (error, final) => this.#disconnected(error, final),
        received: (envelope) => this.#received(envelope),
      },
    );
    if (options.autoConnect !== false) {
      this.#connection.connect();
    }
  }

  /** How the connection is doing. */
  get connection(): ConnectionStatus {
    return this.#connection.status;
  }

  /** Calls the listener with every change of the connection. Answers with what ends that. */
  onConnection(listener: (status: ConnectionStatus) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Connects now, without waiting for the next attempt. */
  connect(): void {
    this.#connection.connect();
  }

  /** Ends everything: what waits fails with `closed`, iterations end. */
  close(): void {
    this.#connection.close();
  }

  /** Subscribes to a channel or a pattern such as `agent:*`. Never throws: a refusal is told by `ready`, the iteration, the listener. */
  subscribe(channel: string, options: SubscribeOptions = {}, listener?: Listener): Subscription {
    let target = this.#targets.get(channel);
    if (!target) {
      target = new Target(channel, this.#context);
      this.#targets.set(channel, target);
      this.#index();
    }
    const subscription = target.add(options, listener);
    const { state, error } = this.connection;
    if (state === 'closed') {
      this.#forget(target);
      target.fail(error!);
    }
    return subscription;
  }

  /**
   * Publishes an event. Resolves when it is stored. While there is no connection it waits, bounded by `publishBuffer`, and it is
   * sent again until answered, with the same `event_id`, so that it is stored once.
   */
  publish(channel: string, event: string, payload: Json = null, options: PublishOptions = {}): Promise<Published> {
    const { cause, eventId = identifier() } = options;
    return this.#open(() => this.#outbox.publish({ type: 'publish', channel, event, payload, event_id: eventId, cause }));
  }

  /** Changes the state of a channel by a merge patch (RFC 7396). */
  patchState(channel: string, patch: { readonly [member: string]: Json }): Promise<Published> {
    return this.publish(channel, 'state.changed', { patch });
  }

  /** Reads what a channel retains. */
  history(channel: string, options: HistoryOptions = {}): Promise<History> {
    return this.#ask<History>({ type: 'history', channel, payload: options });
  }

  /** Reads the state of a channel or of all channels of a pattern. */
  async state(channel: string): Promise<readonly ChannelState[]> {
    return (await this.#ask<{ states: readonly ChannelState[] }>({ type: 'state', channel })).states;
  }

  /** Asks who is present in a channel. */
  presence(channel: string, options: { readonly after?: string; readonly limit?: number } = {}): Promise<Presence> {
    return this.#ask<Presence>({ type: 'presence', channel, payload: options });
  }

  /** Gives a command. Rejects with `no_handler` where nobody answers; what became of it otherwise is the `status`. */
  command(channel: string, name: string, args?: Json, options: { readonly timeoutMs?: number } = {}): Promise<CommandResponse> {
    const { timeoutMs } = options;
    const payload = { name, args, timeout_ms: timeoutMs };
    // The service's own deadline comes first, so that its answer is the one that counts.
    return this.#ask<CommandResponse>({ type: 'command', channel, payload }, false, timeoutMs ?? 10_000);
  }

  /** Answers the commands of a channel or pattern, until `close()` of what it returns. */
  handle(channel: string, handler: CommandHandler): Handling {
    const handling = this.#handlers.add(channel, handler);
    const { state, error } = this.connection;
    if (state === 'closed') {
      this.#handlers.fail(error!);
    }
    return handling;
  }

  #ask<T>(envelope: Envelope, again = true, extraMs = 0): Promise<T> {
    return this.#open(() => this.#requests.ask(envelope, again, extraMs) as Promise<T>);
  }

  #open<T>(begin: () => Promise<T>): Promise<T> {
    const { state, error } = this.connection;
    return state === 'closed' ? Promise.reject(error!) : begin();
  }

  #connected(): void {
    this.#targets.forEach((target) => target.resume());
    this.#handlers.resume();
    this.#requests.resend();
    this.#outbox.resend();
    this.#renewal = setInterval(() => this.#targets.forEach((target) => target.renew()), RENEW_MS);
  }

  #disconnected(error: TidingsError, final: boolean): void {
    clearInterval(this.#renewal);
    this.#targets.forEach((target) => target.disconnected());
    this.#requests.fail(error, final);
    this.#outbox.disconnected();
    if (final) {
      const targets = [...this.#targets.values()];
      this.#targets.clear();
      this.#index();
      targets.forEach((target) => target.fail(error));
      this.#handlers.fail(error);
      this.#outbox.fail(error);
    }
  }

  #received(envelope: Envelope): void {
    if (envelope.type === 'message') {
      this.#message(envelope as unknown as Message);
    } else if (envelope.type === 'command') {
      this.#handlers.command(envelope);
    } else if (!this.#requests.answer(envelope)) {
      this.#unasked(envelope);
    }
  }

  #message(message: Message): void {
    if (typeof message.channel !== 'string' || typeof message.offset !== 'number') {
      return;
    }
    this.#targets.get(message.channel)?.message(message);
    for (const target of this.#patterns) {
      if (covers(target.channel, message.channel)) {
        target.message(message);
      }
    }
  }

  #unasked({ type, channel = '', payload }: Envelope): void {
    const content = isObject(payload) ? payload : {};
    const target = this.#targets.get(channel);
    if (type === 'gap') {
      const gap = { ...content, type, channel } as unknown as Gap;
      target?.gap(gap);
      this.#patterns.forEach((pattern) => covers(pattern.channel, channel) && pattern !== target && pattern.gap(gap));
    } else if (type === 'joined' || type === 'left') {
      target?.tell({ ...content, type, channel } as unknown as PresenceChange);
    } else if (type === 'subscribed') {
      target?.restarted(subscribedOf(payload));
    } else if (type === 'error') {
      const error = errorOf(payload);
      if (error.code === 'forbidden' && target && !this.#handlers.has(channel)) {
        this.#forget(target);
        target.fail(error);
      } else {
        this.#report(error);
      }
    }
  }

  #forget(target: Target): void {
    if (this.#targets.get(target.channel) === target) {
      this.#targets.delete(target.channel);
      this.#index();
    }
  }

  #index(): void {
    this.#patterns = [...this.#targets.values()].filter(({ channel }) => channel.endsWith('*'));
  }

  #call(listener: (status: ConnectionStatus) => void, status: ConnectionStatus): void {
    try {
      listener(status);
    } catch (error) {
      this.#report(error);
    }
  }

  #report(error: unknown): void {
    try {
      this.#onError(error);
    } catch {
      // There is nobody left to tell.
    }
  }
}

/** Makes a client, which connects at once. */
export function createClient(options: ClientOptions = {}): TidingsClient {
  return new TidingsClient(options);
}

/** How the service is reached. */
function ways(options: ClientOptions): Pick<ConnectionSettings, 'open' | 'reachable'> {
  const page = (globalThis as { location?: { href: string } }).location?.href;
  const base = new URL(options.url ?? page ?? 'http://127.0.0.1:8080');
  base.protocol = base.protocol.replace('ws', 'http');
  base.pathname = options.url === undefined ? '/' : base.pathname.replace(/\/(ws\/?)?$/, '/').replace(/([^/])$/, '$1/');
  base.search = base.hash = '';
  const reachable = () =>
    fetch(new URL('api/v1/channels?limit=1', base), { signal: AbortSignal.timeout(5000) }).then(
      (answer) => answer.status < 500,
      () => false,
    );
  const open = async (transport: Transport, token: string | undefined, events: LinkEvents) => {
    if (transport !== 'websocket') {
      const { openHttp } = await import('./http.js');
      return openHttp(base, token, transport === 'sse', events);
    }
    const Socket = options.WebSocket ?? PlatformSocket;
    if (!Socket) {
      throw new TidingsError('unsupported', 'There is no WebSocket here.');
    }
    const url = new URL(`ws${options.batchMs ? `?batch_ms=${options.batchMs}` : ''}`, base);
    url.protocol = url.protocol.replace('http', 'ws');
    return openSocket(url.href, options.codec ?? json, Socket, events);
  };
  return { open, reachable };
}

// crypto.randomUUID is there in secure contexts only.
function identifier(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

import { delay, type Retry } from './backoff.js';
import { errorOf, TidingsError } from './errors.js';
import { Heartbeat } from './heartbeat.js';
import type { Link, LinkEvents } from './link.js';
import type { Envelope } from './types.js';

/**
 * - `idle`: `connect()` has not been called;
 * - `connecting`: getting a token, opening, authenticating;
 * - `connected`;
 * - `waiting`: not connected, until `retryAt`;
 * - `closed`: for good, by `close()` or because of `error`.
 */
export type ConnectionState = 'idle' | 'connecting' | 'connected' | 'waiting' | 'closed';

export interface ConnectionStatus {
  readonly state: ConnectionState;
  /** What brought it here; of `connecting` and `connected`, nothing. */
  readonly error?: TidingsError;
  /** `waiting`: when the next attempt is made, in ms since the epoch. */
  readonly retryAt?: number;
  /** `connected`: by which transport. */
  readonly transport?: Transport;
  /** `connected` with a token: whose it is and what it permits, as the service says. */
  readonly caller?: Caller;
}

/** Who a token says one is. */
export interface Caller {
  readonly subject: string;
  readonly tenant: string;
  readonly permissions: readonly string[];
  /** When the token ends, in ms since the epoch. */
  readonly expires_at: number;
}

/** Ways to reach the service, in the order in which they are tried. */
export type Transport = 'websocket' | 'sse' | 'polling';

/** Answers with a token that is good now. Nothing is the wish to be anonymous. */
export type TokenCallback = () => string | null | undefined | Promise<string | null | undefined>;

export interface ConnectionSettings {
  readonly token: TokenCallback;
  readonly transports: readonly Transport[];
  readonly retry: Retry;
  readonly connectTimeoutMs: number;
  /** Whether the service answers plain HTTP. Never rejects. */
  reachable(): Promise<boolean>;
  open(transport: Transport, token: string | undefined, events: LinkEvents): Link | Promise<Link>;
}

export interface ConnectionHooks {
  status(status: ConnectionStatus): void;
  connected(): void;
  disconnected(error: TidingsError, final: boolean): void;
  received(envelope: Envelope): void;
}

/** Connections that end sooner count as failures, lest a server that accepts and drops be hammered. */
const STEADY_MS = 250;
const FAILURES_BEFORE_NEXT_TRANSPORT = 3;
const BAD_FRAMES = 10;
const REFRESH_EVERY_MS = 5000;
const LEAST_WAIT_MS = 2000;
const AUTHENTICATION = 'token';

/** Failures that are no transport's fault. */
const NOT_THE_WAY: ReadonlySet<string> = new Set(['unauthenticated', 'token_failed']);

/** What a close code means: the error, whether it is final, how long to wait at least. */
const ENDINGS: Readonly<Record<number, readonly [code: string, final?: boolean, leastMs?: number]>> = {
  1009: ['message_too_large', true],
  4400: ['protocol_error', true],
  4401: ['unauthenticated'],
  4403: ['disconnected_by_operator', true],
  4408: ['slow_consumer'],
  4409: ['too_many_connections', false, LEAST_WAIT_MS],
  4429: ['rate_limited', false, LEAST_WAIT_MS],
};

/** Keeps one link to the service: opens it, authenticates, watches over it, and opens it again. */
export class Connection {
  status: ConnectionStatus = { state: 'idle' };
  #link: Link | undefined;
  /** Changes with every attempt, so that what belongs to an earlier one can be told. */
  #attempt = {};
  #failures = 0;
  #refusals = 0;
  #transport = 0;
  #transportFailures = 0;
  #connectedAt = 0;
  #badFrames = 0;
  #welcomed = false;
  #refreshedAt = -Infinity;
  #planned = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #refreshTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #heartbeat = new Heartbeat();

  constructor(
    private readonly settings: ConnectionSettings,
    private readonly hooks: ConnectionHooks,
  ) {}

  get connected(): boolean {
    return this.status.state === 'connected';
  }

  /** Connects now if that is not under way; of no use once closed. */
  connect(): void {
    if (this.status.state === 'idle' || this.status.state === 'waiting') {
      clearTimeout(this.#timer);
      void this.#open();
    }
  }

  send(envelope: Envelope): void {
    this.#link?.send(envelope);
  }

  close(): void {
    if (this.status.state !== 'closed') {
      this.#finish(new TidingsError('closed', 'The client was closed.'));
    }
  }

  // Never rejects: whatever happens on the way ends the attempt.
  async #open(): Promise<void> {
    const attempt = (this.#attempt = {});
    const current = () => attempt === this.#attempt;
    this.#badFrames = this.#planned = 0;
    this.#welcomed = false;
    this.#timer = setTimeout(
      () => this.#ended(new TidingsError('timeout', 'The service did not answer.', true)),
      this.settings.connectTimeoutMs,
    );
    this.#tell({ state: 'connecting' });
    try {
      const token = await this.#token();
      if (!current()) {
        return;
      }
      const link = await this.settings.open(this.#name, token, {
        heard: (frame) => current() && this.#heard(frame, token),
        ended: (code, reason) => current() && this.#closed(code, reason),
      });
      if (current()) {
        this.#link = link;
      } else {
        link.drop();
      }
    } catch (error) {
      if (current()) {
        this.#ended(error instanceof TidingsError ? error : new TidingsError('disconnected', String(error), true));
      }
    }
  }

  get #name(): Transport {
    return this.settings.transports[this.#transport % this.settings.transports.length]!;
  }

  async #token(): Promise<string | undefined> {
    try {
      return (await this.settings.token()) || undefined;
    } catch (cause) {
      throw new TidingsError('token_failed', `The token callback failed: ${String(cause)}`, true, {}, { cause });
    }
  }

  #heard(frame: unknown, token: string | undefined): void {
    this.#heartbeat.heard();
    const attempt = this.#attempt;
    for (const envelope of Array.isArray(frame) ? (frame as unknown[]) : [frame]) {
      if (attempt !== this.#attempt) {
        return;
      }
      if (!this.#understood(envelope, token) && ++this.#badFrames >= BAD_FRAMES) {
        this.#ended(new TidingsError('protocol_error', 'The service sends nonsense.', true));
      }
    }
  }

  #understood(envelope: unknown, token: string | undefined): boolean {
    try {
      const is = typeof (envelope as Envelope | undefined | null)?.type === 'string';
      if (is) {
        this.#dispatch(envelope as Envelope, token);
      }
      return is;
    } catch {
      // Its members are not what they should be.
      return false;
    }
  }

  #dispatch(envelope: Envelope, token: string | undefined): void {
    const payload = (envelope.payload ?? {}) as Record<string, unknown>;
    switch (envelope.type) {
      case 'welcome':
        if (this.#welcomed) {
          return;
        }
        this.#welcomed = true;
        this.#heartbeat.start(
          typeof payload['heartbeat_ms'] === 'number' ? payload['heartbeat_ms'] : 30_000,
          () => this.send({ type: 'ping', id: 'ping' }),
          () => this.#ended(new TidingsError('disconnected', 'The link went silent.', true)),
        );
        return token === undefined ? this.#ready() : this.#authenticate(token);
      case 'authenticated':
        return this.#authenticated(payload as unknown as Caller);
      case 'token_expiring':
        return this.#expiring();
      case 'reconnect':
        this.#planned = Number(payload['after_ms']) || 0;
        return;
      case 'pong':
        return;
    }
    if (envelope.id === AUTHENTICATION) {
      // A refused refresh leaves the connection as it is, until its token ends.
      if (!this.connected) {
        this.#refused(errorOf(payload));
      }
    } else {
      this.hooks.received(envelope);
    }
  }

  // A refreshed token may permit something else.
  #authenticated(caller: Caller): void {
    if (this.connected) {
      this.#tell({ ...this.status, caller });
    } else if (this.#welcomed) {
      this.#ready(caller);
    }
  }

  #authenticate(token: string): void {
    this.send({ type: 'authenticate', id: AUTHENTICATION, payload: { token } });
  }

  // A token that ends sooner than the service warns would be renewed over and over.
  #expiring(): void {
    clearTimeout(this.#refreshTimer);
    this.#refreshTimer = setTimeout(() => void this.#refresh(), Math.max(0, this.#refreshedAt + REFRESH_EVERY_MS - performance.now()));
  }

  async #refresh(): Promise<void> {
    const attempt = this.#attempt;
    this.#refreshedAt = performance.now();
    try {
      const token = await this.#token();
      if (attempt === this.#attempt && token !== undefined) {
        this.#authenticate(token);
      }
    } catch {
      // The connection ends with its token then, and the callback is asked again.
    }
  }

  #ready(caller?: Caller): void {
    clearTimeout(this.#timer);
    this.#connectedAt = performance.now();
    this.#refusals = this.#transportFailures = 0;
    this.#tell({ state: 'connected', transport: this.#name, ...(caller && { caller }) });
    this.hooks.connected();
  }

  #closed(code: number, reason: string): void {
    const [name, final, least] = ENDINGS[code] ?? ['disconnected'];
    const error = new TidingsError(name, `The connection was closed: ${reason || code}`, !final);
    if (code === 4401) {
      this.#refused(error);
    } else if (final) {
      this.#finish(error);
    } else {
      this.#ended(error, least);
    }
  }

  // One refusal may be that of a token that has just ended; a second one in a row is not.
  #refused(error: TidingsError): void {
    if (++this.#refusals >= 2) {
      this.#finish(error);
    } else {
      this.#ended(error);
    }
  }

  #ended(error: TidingsError, least = 0): void {
    const { retry } = this.settings;
    const held = this.connected;
    if (held && performance.now() - this.#connectedAt >= STEADY_MS) {
      this.#failures = 0;
    }
    if (!held && !NOT_THE_WAY.has(error.code) && this.settings.transports.length > 1) {
      void this.#blame();
    }
    const wait = this.#planned + Math.max(Math.min(least, retry.maxMs), delay(this.#failures++, retry));
    this.#let();
    this.#timer = setTimeout(() => void this.#open(), wait);
    this.#tell({ state: 'waiting', error, retryAt: Date.now() + wait });
    if (held) {
      this.hooks.disconnected(error, false);
    }
  }

  // Only a transport that fails while the service can be reached is at fault; else all would be gone through in an outage.
  async #blame(): Promise<void> {
    const blamed = this.#transport;
    const guilty = this.#name !== 'websocket' || (await this.settings.reachable());
    // Others may have been counted meanwhile.
    if (blamed !== this.#transport || this.connected) {
      return;
    }
    if (guilty) {
      if (++this.#transportFailures >= FAILURES_BEFORE_NEXT_TRANSPORT) {
        this.#transport++;
        this.#transportFailures = 0;
      }
    } else {
      this.#transportFailures = 0;
    }
  }

  #finish(error: TidingsError): void {
    this.#let();
    this.#tell({ state: 'closed', error });
    this.hooks.disconnected(error, true);
  }

  #let(): void {
    this.#attempt = {};
    clearTimeout(this.#timer);
    clearTimeout(this.#refreshTimer);
    this.#heartbeat.stop();
    this.#link?.drop();
    this.#link = undefined;
  }

  #tell(status: ConnectionStatus): void {
    this.status = status;
    this.hooks.status(status);
  }
}

import { createClient, type Caller, type ConnectionStatus, type TidingsClient } from '@tidings/client';
import { Api } from './api.js';
import { Value } from './value.js';
import { whyLost, words } from './words.js';

export type Phase =
  /** Looking for a token. */
  | 'starting'
  /** There is none: somebody has to sign in. */
  | 'signed-out'
  | 'connecting'
  | 'connected'
  /** Not connected for now: it is tried again. */
  | 'lost'
  /** Not connected, and not tried again. */
  | 'ended';

export interface Standing {
  readonly phase: Phase;
  /** Since when it is so, in ms since the epoch. */
  readonly since: number;
  /** Why, in words. */
  readonly why?: string;
  /** `lost`: when it is tried again. */
  readonly retryAt?: number;
}

const KEY = 'tidings.token';

/** Who is signed in: the token, the client that everything live comes from, and how its connection is. */
export class Session {
  readonly standing = new Value<Standing>({ phase: 'starting', since: Date.now() });
  readonly caller = new Value<Caller | undefined>(undefined);
  readonly api = new Api(() => this.#token);
  #client: TidingsClient | undefined;
  #token: string | undefined;
  /** The service gives out tokens itself, for a first try on this machine. */
  #quickStart = false;

  /** The client; there is one whenever somebody is signed in. */
  get client(): TidingsClient {
    return this.#client!;
  }

  get quickStart(): boolean {
    return this.#quickStart;
  }

  /** Signs in by what is there: a token kept for this tab, or one of a quick start. */
  async begin(): Promise<void> {
    const kept = stored();
    if (kept !== null) {
      this.#start(kept);
      return;
    }
    const token = await quickStartToken().catch(() => undefined);
    if (token === undefined) {
      this.#stand({ phase: 'signed-out', since: Date.now() });
    } else {
      this.#quickStart = true;
      this.#start(token);
    }
  }

  /** Signs in with this token; it is kept in memory, and for this tab if so wished. */
  signIn(token: string, keep: boolean): void {
    this.#quickStart = false;
    store(keep ? token : null);
    this.#start(token);
  }

  signOut(why?: string): void {
    store(null);
    this.#quickStart = false;
    this.#end();
    this.#stand({ phase: 'signed-out', since: Date.now(), ...(why === undefined ? {} : { why }) });
  }

  /** Tries now what would be tried later. */
  retry(): void {
    this.#client?.connect();
  }

  #start(token: string): void {
    this.#end();
    this.#token = token;
    this.#stand({ phase: 'connecting', since: Date.now() });
    let first = true;
    const client = createClient({
      url: new URL('.', document.baseURI),
      // A service that was started anew has another key, and gives another token.
      token: async () => {
        if (this.#quickStart && !first) {
          this.#token = (await quickStartToken()) ?? this.#token;
        }
        first = false;
        return this.#token;
      },
      transports: ['websocket'],
      batchMs: 16,
      itemBuffer: 100_000,
      onError: (error) => console.warn(error),
    });
    this.#client = client;
    client.onConnection((status) => client === this.#client && this.#heard(status));
  }

  #end(): void {
    const client = this.#client;
    this.#client = undefined;
    this.#token = undefined;
    this.caller.set(undefined);
    client?.close();
  }

  #heard({ state, error, retryAt, caller }: ConnectionStatus): void {
    const before = this.standing.now;
    const why = error ? (state === 'waiting' ? whyLost(error) : words(error)) : before.why;
    if (state === 'connected') {
      if (caller) {
        this.caller.set(caller);
      }
      this.#stand({ phase: 'connected', since: before.phase === 'connected' ? before.since : Date.now() });
    } else if (state === 'waiting') {
      const since = before.phase === 'lost' ? before.since : Date.now();
      this.#stand({ phase: 'lost', since, ...(why && { why }), ...(retryAt && { retryAt }) });
    } else if (state === 'closed' && error?.code === 'unauthenticated') {
      this.signOut(`The token was not accepted: ${error.message}`);
    } else if (state === 'closed') {
      this.#stand({ phase: 'ended', since: Date.now(), ...(why && { why }) });
    }
  }

  #stand(standing: Standing): void {
    this.standing.set(standing);
  }
}

/** Undefined where the service gives none; rejects where it cannot be reached. */
async function quickStartToken(): Promise<string | undefined> {
  const answer = await fetch(new URL('quick-start', document.baseURI), { cache: 'no-store' });
  if (!answer.ok) {
    return undefined;
  }
  const { token } = (await answer.json()) as { readonly token?: unknown };
  return typeof token === 'string' && token ? token : undefined;
}

// Browsers may forbid storage altogether; the console works without it.
function stored(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function store(token: string | null): void {
  try {
    if (token === null) {
      sessionStorage.removeItem(KEY);
    } else {
      sessionStorage.setItem(KEY, token);
    }
  } catch {
    // As above.
  }
}

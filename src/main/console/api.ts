import type { Json } from '@tidings/client';
import { Trouble } from './words.js';

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** A page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

export interface ChannelItem {
  readonly channel: string;
  readonly offset: number;
  readonly subscribers: number;
  readonly state: boolean;
}

const PAGE = 500;
const MOST_PAGES = 4;
const PATIENCE_MS = 20_000;

/** The service's REST calls, with the token of whoever is signed in. */
export class Api {
  constructor(private readonly token: () => string | undefined) {}

  get<T>(path: string, query: Query = {}): Promise<T> {
    return this.#call('GET', path, query);
  }

  post<T>(path: string, body?: unknown, query: Query = {}): Promise<T> {
    return this.#call('POST', path, query, body);
  }

  put<T>(path: string, body: Json): Promise<T> {
    return this.#call('PUT', path, {}, body);
  }

  delete<T>(path: string): Promise<T> {
    return this.#call('DELETE', path, {});
  }

  /** All pages of a list, up to what this page wants to hold. */
  async all<T>(path: string, query: Query = {}): Promise<{ items: T[]; complete: boolean }> {
    const items: T[] = [];
    let after: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const answer: Page<T> = await this.get(path, { ...query, limit: PAGE, after });
      items.push(...answer.items);
      after = answer.next;
      if (after === undefined) {
        return { items, complete: true };
      }
    }
    return { items, complete: false };
  }

  /** What is served beside the API, as text. */
  async text(path: string): Promise<string> {
    const answer = await send(path, { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!answer.ok) {
      throw await troubleOf(answer);
    }
    return answer.text();
  }

  async #call<T>(method: string, path: string, query: Query, body?: unknown): Promise<T> {
    const token = this.token();
    const headers: Record<string, string> = { Accept: 'application/json' };
    if (token !== undefined) {
      headers['Authorization'] = `Bearer ${token}`;
    }
    if (body !== undefined) {
      headers['Content-Type'] = 'application/json';
    }
    const answer = await send(`api/v1/${path}${searchOf(query)}`, {
      method,
      headers,
      cache: 'no-store',
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    // A command that timed out has an answer, too.
    if (!answer.ok && !(answer.status === 504 && answer.headers.get('Content-Type')?.startsWith('application/json'))) {
      throw await troubleOf(answer);
    }
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }
}

/** One segment of a path. */
export function segment(text: string): string {
  return encodeURIComponent(text);
}

async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(new URL(path, document.baseURI), init);
  } catch (error) {
    const late = (error as Error).name === 'TimeoutError';
    throw new Trouble(0, 'unreachable', late ? 'The service did not answer within 20 s.' : 'The service cannot be reached.');
  }
}

async function troubleOf(answer: Response): Promise<Trouble> {
  const { detail, title, code, details } = (await answer.json().catch(() => ({}))) as {
    readonly detail?: string;
    readonly title?: string;
    readonly code?: string;
    readonly details?: { readonly retry_after_ms?: number };
  };
  return new Trouble(
    answer.status,
    code ?? '',
    detail ?? title ?? `the service, or something before it, answered with status ${answer.status}`,
    details?.retry_after_ms,
  );
}

function searchOf(query: Query): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) {
      value.forEach((one: string) => search.append(name, one));
    } else if (value !== undefined && value !== '') {
      search.append(name, String(value));
    }
  }
  const text = search.toString();
  return text && `?${text}`;
}

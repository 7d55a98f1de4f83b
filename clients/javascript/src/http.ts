// The service without a WebSocket: what is asked goes by REST, events come as Server-Sent Events or by long polls. It speaks
// envelopes to the client as a WebSocket does, so that nothing else need know.
import type { Link, LinkEvents } from './link.js';
import { blocks, place, type Block } from './sse.js';
import type { Envelope, Json, Since } from './types.js';

const POLL_MS = 25_000;
const POLL_LIMIT = 500;
/** The service answers a poll within this time, or is gone. */
const ANSWER_MS = 15_000;
const HEARTBEAT_MS = 30_000;

type Fields = Record<string, unknown>;
type Query = Record<string, string | number | boolean | readonly string[] | undefined>;

/** A refusal by the service. */
class Refused extends Error {
  constructor(readonly payload: { code: string; message: string; retryable: boolean; details: Fields }) {
    super(payload.message);
  }
}

export function openHttp(base: URL, token: string | undefined, sse: boolean, events: LinkEvents): Link {
  return new HttpLink(base, token, sse, events);
}

class HttpLink implements Link {
  readonly #streams = new Map<string, AbortController>();
  /** How far each of them has come. */
  readonly #places = new Map<string, Since>();
  readonly #all = new AbortController();
  /** Publishes go one after the other, as on a socket. */
  #publishing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly base: URL,
    private token: string | undefined,
    private readonly sse: boolean,
    private readonly events: LinkEvents,
  ) {
    void this.#greet();
  }

  send(envelope: Envelope): void {
    if (envelope.type === 'publish') {
      this.#publishing = this.#publishing.then(() => this.#answer(envelope));
    } else {
      void this.#answer(envelope);
    }
  }

  drop(): void {
    this.#all.abort();
    this.#streams.forEach((stream) => stream.abort());
  }

  async #greet(): Promise<void> {
    try {
      await this.#call('GET', 'channels', { limit: 1 });
      this.#hear({ type: 'welcome', payload: { heartbeat_ms: HEARTBEAT_MS } });
    } catch (error) {
      this.#over(error);
    }
  }

  async #answer(envelope: Envelope): Promise<void> {
    const { id, channel } = envelope;
    try {
      const reply = await this.#do(envelope, (envelope.payload ?? {}) as Fields);
      if (reply) {
        this.#hear({ id, channel, ...reply } as Envelope);
      }
    } catch (error) {
      if (error instanceof Refused && error.payload.code !== 'unauthenticated') {
        this.#hear({ type: 'error', id, channel, payload: error.payload } as Envelope);
      } else {
        this.#over(error);
      }
    }
  }

  async #do({ type, channel = '', event, event_id, cause, payload }: Envelope, fields: Fields): Promise<Envelope | undefined> {
    const path = `channels/${encodeURI(channel)}`;
    switch (type) {
      case 'authenticate':
        this.token = fields['token'] as string;
        return { type: 'authenticated', payload: {} };
      case 'ping':
        await this.#call('GET', 'channels', { limit: 1 });
        return { type: 'pong' };
      case 'subscribe':
        return this.#subscribe(path, channel, fields);
      case 'unsubscribe':
        this.#streams.get(channel)?.abort();
        this.#places.delete(channel);
        return { type: 'unsubscribed' };
      case 'publish':
        return { type: 'published', payload: (await this.#call('POST', `${path}/events`, {}, { event, payload, event_id, cause })).body };
      case 'history': {
        const { since, before, limit, reverse, events } = fields as Record<string, Json | undefined>;
        if (before !== undefined) {
          throw unsupported('`before`');
        }
        const query = { ...where(since as Since), limit: limit as number, reverse: reverse as boolean, event: events as string[] };
        return { type: 'history', payload: (await this.#call('GET', `${path}/events`, query)).body };
      }
      case 'state':
        return { type: 'state', payload: { states: await this.#state(path, channel) } };
      case 'presence':
        return { type: 'presence', payload: (await this.#call('GET', `${path}/presence`, fields as Query)).body };
      case 'command':
        return { type: 'command_response', payload: await this.#command(path, fields) };
    }
    throw unsupported(`\`${type}\``);
  }

  async #command(path: string, fields: Fields): Promise<unknown> {
    try {
      return (await this.#call('POST', `${path}/commands`, {}, fields)).body;
    } catch (error) {
      if (error instanceof Refused && error.payload.code === 'timeout') {
        return { command: '', status: 'timeout', error: error.payload };
      }
      throw error;
    }
  }

  async #state(path: string, channel: string): Promise<readonly Fields[]> {
    if (channel.endsWith('*')) {
      throw unsupported('the state of a pattern');
    }
    try {
      const { body, headers } = await this.#call('GET', `${path}/state`);
      const { epoch, offset } = place(headers.get('etag')?.replace(/^(W\/)?"|"$/g, '') ?? '');
      return [{ channel, data: body, offset, epoch, timestamp: Date.now() }];
    } catch (error) {
      if (error instanceof Refused && error.payload.code === 'not_found') {
        return [];
      }
      throw error;
    }
  }

  async #subscribe(path: string, channel: string, fields: Fields): Promise<Envelope | undefined> {
    if (channel.endsWith('*') || fields['durable'] !== undefined || fields['presence']) {
      throw unsupported('a pattern, `durable` and `presence`');
    }
    const globs = (fields['filter'] as { events?: readonly string[] } | undefined)?.events;
    const wanted = where(fields['since'] as Since | undefined);
    const asked = Object.keys(wanted).length > 0;
    // Who asks again without a place goes on where the subscription is, as on a WebSocket.
    const query = { ...(fields['since'] ? wanted : where(this.#places.get(channel))), event: globs };
    this.#streams.get(channel)?.abort();
    const stream = new AbortController();
    this.#streams.set(channel, stream);
    const state = async () => (fields['state'] ? (await this.#state(path, channel))[0] : undefined);
    const begin = this.sse ? this.#stream : this.#poll;
    return begin.call(this, `${path}/events`, channel, query, asked, stream.signal, state);
  }

  async #stream(path: string, channel: string, query: Query, asked: boolean, signal: AbortSignal, state: () => Promise<Fields | undefined>) {
    const answer = await this.#fetch('GET', path, query, undefined, signal, 'text/event-stream');
    const coming = blocks(answer.body!, () => this.events.heard([]));
    let first = await coming.next();
    while (!first.done && first.value.id === undefined && first.value.data === undefined) {
      first = await coming.next();
    }
    if (first.done) {
      throw new Error('The stream ended at once.');
    }
    const reset = first.value.event === 'reset' ? (JSON.parse(first.value.data!) as Fields) : undefined;
    const begun = reset ?? place(first.value.id ?? '');
    const at = await state();
    // What nobody asked to resume, and cannot go on, is told as what it is.
    void this.#follow(reset && (asked || !('since_offset' in query)) ? undefined : first.value, coming, channel, signal);
    return {
      type: 'subscribed',
      payload: { ...begun, recovered: asked && !reset, replayed: 0, ...(at ? { state: at } : {}) },
    };
  }

  async #follow(first: Block | undefined, coming: AsyncIterator<Block>, channel: string, signal: AbortSignal): Promise<void> {
    try {
      // After the reply that is being returned.
      await Promise.resolve();
      for (let block = first; ; ) {
        if (block?.id !== undefined) {
          this.#places.set(channel, place(block.id));
        }
        if (block?.data !== undefined) {
          this.#block(block, channel);
        }
        const next = await coming.next();
        if (next.done) {
          break;
        }
        block = next.value;
      }
    } catch {
      // The stream broke, or was aborted.
    }
    if (!signal.aborted) {
      this.#over(new Error('A stream ended.'));
    }
  }

  #block({ event, data }: Block, channel: string): void {
    const content = JSON.parse(data!) as Fields;
    if (event === undefined) {
      this.#hear(content as unknown as Envelope);
    } else {
      this.#hear({ type: event === 'reset' ? 'subscribed' : event, channel, payload: content });
    }
  }

  async #poll(path: string, channel: string, query: Query, asked: boolean, signal: AbortSignal, state: () => Promise<Fields | undefined>) {
    const resumes = 'since_offset' in query || 'since_timestamp' in query;
    const first = (await this.#call('GET', path, resumes ? { ...query, wait_ms: 0, limit: POLL_LIMIT } : { wait_ms: 0, event: ['none'] })).body as Poll;
    const recovered = resumes && first.recovered !== false;
    const at = await state();
    void this.#turns(path, channel, query['event'] as readonly string[] | undefined, recovered ? first : { ...first, events: [] }, signal, resumes && !asked);
    const begin = recovered && typeof query['since_offset'] === 'number' ? query['since_offset'] : first.offset;
    return {
      type: 'subscribed',
      payload: {
        epoch: first.epoch,
        offset: first.events.length > 0 && recovered ? Math.min(begin, first.events[0]!['offset'] as number) : begin,
        recovered: asked && recovered,
        replayed: 0,
        ...(at ? { state: at } : {}),
      },
    };
  }

  async #turns(path: string, channel: string, event: readonly string[] | undefined, answer: Poll, signal: AbortSignal, goesOn: boolean): Promise<void> {
    try {
      await Promise.resolve();
      if (goesOn && answer.recovered === false) {
        this.#cannotGoOn(channel, answer);
      }
      for (let last = answer; !signal.aborted; ) {
        last.events.forEach((message) => this.#hear(message as unknown as Envelope));
        this.#places.set(channel, { epoch: last.epoch, offset: last.offset });
        const query = { since_offset: last.offset, epoch: last.epoch, event, wait_ms: POLL_MS, limit: POLL_LIMIT };
        last = (await this.#call('GET', path, query, undefined, signal)).body as Poll;
        this.events.heard([]);
        if (last.recovered === false && !signal.aborted) {
          this.#cannotGoOn(channel, last);
          last = { ...last, events: [] };
        }
      }
    } catch (error) {
      if (!signal.aborted) {
        this.#over(error);
      }
    }
  }

  #cannotGoOn(channel: string, { epoch, offset }: Poll): void {
    this.#hear({ type: 'subscribed', channel, payload: { epoch, offset, recovered: false, replayed: 0 } });
  }

  async #call(method: string, path: string, query: Query = {}, body?: unknown, signal?: AbortSignal): Promise<{ body: unknown; headers: Headers }> {
    const limit = AbortSignal.timeout(ANSWER_MS + (query['wait_ms'] as number | undefined ?? 0) + (((body as Fields | undefined)?.['timeout_ms'] as number) || 0));
    const answer = await this.#fetch(method, path, query, body, AbortSignal.any([limit, this.#all.signal, ...(signal ? [signal] : [])]));
    return { body: await answer.json(), headers: answer.headers };
  }

  async #fetch(method: string, path: string, query: Query, body: unknown, signal: AbortSignal, accept = 'application/json'): Promise<Response> {
    const url = new URL(`api/v1/${path}`, this.base);
    for (const [name, value] of Object.entries(query)) {
      for (const one of Array.isArray(value) ? value : value === undefined ? [] : [value]) {
        url.searchParams.append(name, String(one));
      }
    }
    const answer = await fetch(url, {
      method,
      signal,
      cache: 'no-store',
      headers: {
        Accept: accept,
        ...(this.token === undefined ? {} : { Authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) {
      throw await refusal(answer);
    }
    return answer;
  }

  #hear(envelope: Envelope): void {
    if (!this.#all.signal.aborted) {
      this.events.heard(envelope);
    }
  }

  #over(error: unknown): void {
    if (!this.#all.signal.aborted) {
      this.drop();
      this.events.ended(error instanceof Refused && error.payload.code === 'unauthenticated' ? 4401 : 1006, String(error));
    }
  }
}

interface Poll {
  readonly events: readonly Fields[];
  readonly epoch: string;
  readonly offset: number;
  readonly recovered?: boolean;
}

function where(since: Since | undefined): Query {
  if (!since || Object.keys(since).length === 0) {
    return {};
  }
  const { epoch, offset, timestamp } = since as { epoch?: string; offset?: number; timestamp?: number };
  if (offset !== undefined) {
    return { since_offset: offset, epoch };
  }
  if (timestamp !== undefined) {
    return { since_timestamp: timestamp };
  }
  throw unsupported('this `since`');
}

function unsupported(what: string): Refused {
  return new Refused({ code: 'unsupported', message: `Without a WebSocket there is no ${what.replace(/^a /, '')}.`, retryable: false, details: {} });
}

async function refusal(answer: Response): Promise<Refused> {
  const problem = (await answer.json().catch(() => ({}))) as Fields;
  const seconds = Number(answer.headers.get('retry-after'));
  return new Refused({
    code: typeof problem['code'] === 'string' ? problem['code'] : answer.status === 401 ? 'unauthenticated' : answer.status === 503 ? 'unavailable' : 'internal',
    message: String(problem['detail'] ?? problem['title'] ?? `The service answered ${answer.status}.`),
    retryable: [429, 502, 503, 504].includes(answer.status),
    details: { ...(seconds > 0 ? { retry_after_ms: seconds * 1000 } : {}), ...(problem['details'] as Fields | undefined) },
  });
}

// Carries out a scenario of clients/scenarios, as the README there says.
import assert from 'node:assert/strict';
import { createClient, TidingsError } from '@tidings/client';
import { ScriptedServer } from './scripted-server.mjs';

const WITHIN_MS = 5000;

/** With JSON or MessagePack, and with the client here or what stands for one elsewhere. */
export async function run({ options = {}, steps }, { codec = undefined, create = createClient } = {}) {
  const server = await ScriptedServer.start();
  const scene = new Scene(server, options, codec, create);
  try {
    for (const [i, step] of steps.entries()) {
      try {
        await scene.carryOut(step);
      } catch (cause) {
        throw new Error(`step ${i + 1}, ${JSON.stringify(step)}: ${cause.message}`, { cause });
      }
    }
    assert.deepEqual(scene.errors, [], 'errors that nobody was told');
  } finally {
    await scene.client.close();
    server.stop();
  }
}

class Scene {
  errors = [];
  #variables = new Map();
  #things = new Map();
  #statuses = [];
  #tokens = 0;

  constructor(server, options, codec, create) {
    this.server = server;
    this.codec = codec;
    const tokens = options.tokens ?? ['token-1'];
    const { first_ms = 100, max_ms = 400 } = options.retry ?? {};
    this.client = create({
      url: server.url,
      token: () => tokens[Math.min(this.#tokens++, tokens.length - 1)],
      transports: ['websocket'],
      retry: { firstMs: first_ms, maxMs: max_ms },
      requestTimeoutMs: options.request_timeout_ms ?? 5000,
      connectTimeoutMs: options.connect_timeout_ms ?? 5000,
      publishBuffer: options.publish_buffer ?? 1000,
      onError: (error) => this.errors.push(error),
      ...(codec && { codec }),
    });
    this.#statuses.push(this.client.connection);
    this.client.onConnection((status) => this.#statuses.push(status));
  }

  carryOut(step) {
    const [verb] = Object.keys(step);
    return this[verb] ? this[verb](step[verb], step) : assert.fail(`no such step: ${verb}`);
  }

  async accept(how) {
    const last = this.peer;
    this.peer = await this.server.handshakes.take('a connection', WITHIN_MS);
    assert.equal(this.peer.request.url, '/ws');
    assert.equal(this.peer.request.headers['sec-websocket-protocol'], this.codec?.protocol ?? 'tidings.v1.json');
    if (last && (how.after_ms !== undefined || how.within_ms !== undefined)) {
      const waited = this.peer.at - (await last.ended);
      assert.ok(waited >= (how.after_ms ?? -Infinity), `came after ${waited} ms`);
      assert.ok(waited <= (how.within_ms ?? Infinity), `came after ${waited} ms`);
    }
    this.peer.accept();
  }

  async handshake({ token = '$any', after_ms, within_ms, ...welcome }) {
    await this.accept({ after_ms, within_ms });
    const limits = { heartbeat_ms: 30000, authenticate_within_ms: 10000, max_message_bytes: 1048576 };
    const timestamp = 1704067200000;
    await this.send({ type: 'welcome', payload: { connection: 'c-1', protocol: 'tidings.v1', ...limits, ...welcome }, timestamp });
    const { id } = await this.receive({ type: 'authenticate', payload: { token } });
    const payload = { subject: 'ada', tenant: 'default', expires_at: 4102444800000, permissions: ['*:*'] };
    await this.send({ type: 'authenticated', id, payload, timestamp });
  }

  async refuse(status) {
    this.peer = await this.server.handshakes.take('a connection', WITHIN_MS);
    this.peer.refuse(status);
  }

  async receive(pattern) {
    for (;;) {
      const frame = await this.peer.frames.take(JSON.stringify(pattern), WITHIN_MS);
      const found = this.codec ? this.codec.decode(new Uint8Array(frame).buffer) : JSON.parse(frame);
      if (found.type === 'ping' && pattern.type !== 'ping') {
        if (!this.peer.deaf) {
          await this.send({ type: 'pong', id: found.id });
        }
        continue;
      }
      assert.ok(this.#matches(pattern, found), `came ${JSON.stringify(found)}`);
      return found;
    }
  }

  send(envelope) {
    const filled = this.#filled(envelope);
    this.peer.send(this.codec ? this.codec.encode(filled) : JSON.stringify(filled));
  }

  send_text(text) {
    this.peer.send(text);
  }

  close(code, { reason }) {
    this.peer.close(code, reason);
  }

  cut() {
    this.peer.cut();
  }

  deaf() {
    this.peer.deaf = true;
  }

  do(verb, step) {
    const { as, of, channel, options } = step;
    const request = (promise) => this.#things.set(as, { result: settled(promise) });
    switch (verb) {
      case 'subscribe': {
        const subscription = this.client.subscribe(channel, options);
        return this.#things.set(as, { subscription, ready: settled(subscription.ready), items: subscription.items() });
      }
      case 'unsubscribe':
        return this.#thing(of).subscription.unsubscribe();
      case 'ack':
        return this.#thing(of).subscription.ack(step.offset);
      case 'publish':
        return request(this.client.publish(channel, step.event, step.payload, { eventId: step.event_id, cause: step.cause }));
      case 'history':
        return request(this.client.history(channel, options));
      case 'state':
        return request(this.client.state(channel).then((states) => ({ states })));
      case 'presence':
        return request(this.client.presence(channel));
      case 'command':
        return request(this.client.command(channel, step.name, step.args, { timeoutMs: step.timeout_ms }));
      case 'handle': {
        const handling = this.client.handle(channel, () => {
          if (step.fails) {
            throw Object.assign(new Error(step.fails.message), { code: step.fails.code });
          }
          return step.answers;
        });
        return this.#things.set(as, { handling, ready: settled(handling.ready) });
      }
      case 'unhandle':
        return this.#thing(of).handling.close();
      case 'close':
        return this.client.close();
    }
    return assert.fail(`nobody can ${verb}`);
  }

  async expect(what, step) {
    const { of, value, code } = step;
    switch (what) {
      case 'ready':
      case 'result': {
        const outcome = await soon(this.#thing(of)[what]);
        assert.equal(outcome.error, undefined);
        return assert.ok(value === undefined || this.#matches(value, outcome.value), JSON.stringify(outcome.value));
      }
      case 'failure': {
        const { result, ready, items } = this.#thing(of);
        let outcome = await soon(result ?? ready);
        while (!outcome.error && items) {
          outcome = await soon(settled(items.next()));
          assert.ok(!outcome.value?.done, 'it ended without an error');
        }
        assert.ok(outcome.error instanceof TidingsError);
        return assert.equal(outcome.error.code, code);
      }
      case 'item': {
        const outcome = await soon(settled(this.#thing(of).items.next()));
        assert.equal(outcome.error, undefined);
        return assert.ok(this.#matches(value, outcome.value.value), `came ${JSON.stringify(outcome.value)}`);
      }
      case 'nothing':
        return assert.equal(await this.#thing(of).subscription.waiting, 0);
      case 'copy':
        return until(async () => assert.deepEqual(await this.#thing(of).subscription.state(step.channel), value));
      case 'connection':
        return until(() => {
          const i = this.#statuses.findIndex((one) => one.state === step.state && (code === undefined || one.error?.code === code));
          assert.ok(i >= 0, JSON.stringify(this.#statuses));
          this.#statuses = [this.#statuses.at(-1)];
        });
      case 'tokens':
        return until(() => assert.equal(this.#tokens, step.count));
    }
    return assert.fail(`nobody can expect ${what}`);
  }

  #thing(name) {
    return this.#things.get(name) ?? assert.fail(`there is no ${name}`);
  }

  #filled(value) {
    if (typeof value === 'string' && this.#variables.has(value)) {
      return this.#variables.get(value);
    }
    if (Array.isArray(value)) {
      return value.map((one) => this.#filled(one));
    }
    return value && typeof value === 'object'
      ? Object.fromEntries(Object.entries(value).map(([name, one]) => [name, this.#filled(one)]))
      : value;
  }

  #matches(pattern, found) {
    if (typeof pattern === 'string' && pattern.startsWith('$')) {
      return this.#matchesVariable(pattern, found);
    }
    if (Array.isArray(pattern)) {
      return Array.isArray(found) && found.length === pattern.length && pattern.every((one, i) => this.#matches(one, found[i]));
    }
    return pattern && typeof pattern === 'object'
      ? found !== null && typeof found === 'object' && Object.keys(pattern).every((name) => this.#matches(pattern[name], found[name]))
      : pattern === found;
  }

  #matchesVariable(name, found) {
    if (name === '$absent') {
      return found === undefined;
    }
    if (found === undefined || name === '$any') {
      return found !== undefined;
    }
    if (!this.#variables.has(name)) {
      this.#variables.set(name, found);
    }
    return this.#variables.get(name) === found;
  }
}

/** What a promise comes to, as a value: so none is ever rejected without anybody listening. */
function settled(promise) {
  return promise.then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
}

function soon(promise) {
  let timer;
  const limit = new Promise((_, reject) => (timer = setTimeout(() => reject(new Error(`nothing within ${WITHIN_MS} ms`)), WITHIN_MS)));
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

async function until(holds) {
  for (const end = performance.now() + WITHIN_MS; ; ) {
    try {
      return await holds();
    } catch (error) {
      if (performance.now() > end) {
        throw error;
      }
      await new Promise((again) => setTimeout(again, 10));
    }
  }
}

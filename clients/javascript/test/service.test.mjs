// The client and the packaged service: nothing is lost, nothing comes twice, everything is in order.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createClient } from '@tidings/client';
import { Chromium, findChromium } from './support/chromium.mjs';
import { openClientPage, Pages } from './support/client-page.mjs';
import { Proxy, Service, token } from './support/service.mjs';

const here = fileURLToPath(new URL('..', import.meta.url));
const jar = process.env.TIDINGS_JAR;
const TYPED = `import { createClient, TidingsError, type Message } from '@tidings/client';
import { msgpack } from '@tidings/client/msgpack';
const client = createClient({ codec: msgpack, token: async () => 'token' });
const subscription = client.subscribe('agent:*', { since: { last: 3 } }, { message: ({ offset, payload }: Message) => console.log(offset + 1, payload) });
subscription.ready.catch((error: TidingsError) => console.log(error.code, error.retryable));
const { offset }: { offset: number } = await client.publish('agent:1', 'agent.started');
// @ts-expect-error: a channel has a name
client.subscribe(offset);
`;
const skip = jar ? false : 'TIDINGS_JAR does not name the packaged service';
const CUTS = 50;
const chromium = findChromium();
const noBrowser = chromium ? false : 'no chromium or google-chrome on the path';
const pause = (ms) => new Promise((go) => setTimeout(go, ms));

async function until(holds, what, ms = 30_000) {
  for (const end = performance.now() + ms; !holds(); ) {
    assert.ok(performance.now() < end, `not within ${ms} ms: ${typeof what === 'function' ? what() : what}`);
    await pause(5);
  }
}

describe('with the packaged service', { skip }, () => {
  let service;
  const open = [];

  before(async () => {
    service = await Service.start(jar, {
      'tidings.limits.messages-per-second': 1000,
      'tidings.limits.burst': 2000,
      'tidings.channels.load.history-size': 10000,
    });
  });
  after(async () => {
    open.forEach((one) => one());
    await service?.end();
  });

  function client(subject, options = {}) {
    const made = createClient({ url: `http://127.0.0.1:${service.port}`, token: () => token(subject), ...options });
    open.push(() => made.close());
    return made;
  }

  async function proxied(subject, options = {}) {
    const proxy = await Proxy.before(service);
    open.push(() => proxy.end());
    return { proxy, client: client(subject, { ...options, url: proxy.url }) };
  }

  /** Cuts until the client has noticed: between two polls nobody would, and a new connection may be there at once. */
  async function cutOff({ proxy, client }) {
    let lost = false;
    const end = client.onConnection(({ state }) => (lost ||= state !== 'connected'));
    await until(() => lost || (proxy.cut(), false), 'the cut');
    end();
    await until(() => client.connection.state === 'connected', 'a new connection');
  }

  /** Publishes 1, 2, 3 … until it is stopped. */
  function load(publisher, channel, everyMs = 5) {
    const flow = { published: 0, acknowledged: 0, failures: [] };
    const timer = setInterval(() => {
      const n = ++flow.published;
      publisher.publish(channel, 'load.tick', { n }).then(
        () => (flow.acknowledged = Math.max(flow.acknowledged, n)),
        (error) => flow.failures.push(error),
      );
    }, everyMs);
    open.push(() => clearInterval(timer));
    flow.stop = async () => {
      clearInterval(timer);
      await until(() => flow.acknowledged === flow.published, () => `${flow.acknowledged} of ${flow.published}: ${flow.failures}`);
      assert.deepEqual(flow.failures, []);
    };
    return flow;
  }

  /** What a subscription hears, and what it must not. */
  async function hearing(reader, channel, options) {
    const heard = { numbers: [], troubles: [] };
    const trouble = (item) => heard.troubles.push(item);
    const message = ({ payload }) => heard.numbers.push(payload.n);
    await reader.subscribe(channel, options, { message, gap: trouble, reset: trouble, error: trouble }).ready;
    return heard;
  }

  async function heardAll(heard, flow) {
    await until(() => heard.numbers.length >= flow.published, () => `${heard.numbers.length} of ${flow.published}`);
    assert.deepEqual(heard.troubles, []);
    assert.deepEqual(heard.numbers, Array.from({ length: flow.published }, (_, i) => i + 1));
  }

  test(`${CUTS} cuts under load`, async (context) => {
    const publisher = await proxied('publisher', { publishBuffer: 10_000 });
    const ways = [
      ['load:cut'],
      ['load:cut', { filter: { events: ['load.*'] } }],
      ['load:*'],
      ['load:cut', { filter: { where: { field: '/payload/n', op: 'ge', value: 0 } } }],
    ];
    const readers = await Promise.all(
      ways.map(async (way, i) => {
        const reader = await proxied(`reader-${i}`);
        return { ...reader, heard: await hearing(reader.client, ...way) };
      }),
    );
    const flow = load(publisher.client, 'load:cut');
    const times = [];
    const cuts = async ({ proxy, client, heard }) => {
      for (let i = 0; i < CUTS / 5; i++) {
        await pause(260 + Math.random() * 100);
        const at = performance.now();
        await cutOff({ proxy, client });
        if (heard) {
          await until(() => heard.numbers.length >= flow.acknowledged, 'what was missed');
          times.push(performance.now() - at);
        }
      }
    };
    await Promise.all([publisher, ...readers].map(cuts));
    await flow.stop();
    for (const { heard } of readers) {
      await heardAll(heard, flow);
    }
    times.sort((a, b) => a - b);
    const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(0);
    context.diagnostic(`${flow.published} events; from cut to caught up: median ${at(0.5)} ms, p99 ${at(0.99)} ms of ${times.length}`);
  });

  test('tokens that end', async () => {
    let asked = 0;
    const reader = client('brief', { token: () => (asked++, token('brief', 1.5)) });
    const losses = [];
    reader.onConnection(({ error }) => error && losses.push(error.code));
    const heard = await hearing(reader, 'load:token');
    const flow = load(client('steady'), 'load:token', 20);
    await until(() => losses.includes('unauthenticated') && reader.connection.state === 'connected', 'the end of a token');
    await flow.stop();
    await heardAll(heard, flow);
    assert.ok(asked >= 3, `asked ${asked} times for a token`);
  });

  for (const transport of ['sse', 'polling']) {
    test(`without a WebSocket, by ${transport}`, async () => {
      const reader = await proxied(`by-${transport}`, { transports: [transport] });
      const channel = `load:${transport}`;
      const heard = await hearing(reader.client, channel);
      assert.equal(reader.client.connection.transport, transport);
      const flow = load(reader.client, channel, 20);
      for (let i = 0; i < 3; i++) {
        await until(() => heard.numbers.length > 5 * i, 'events');
        // Asked again with something else, and without a place, it goes on where it is.
        const other = reader.client.subscribe(channel, { state: true }, {});
        await other.ready;
        other.unsubscribe();
        await cutOff(reader);
      }
      await flow.stop();
      await heardAll(heard, flow);
      const { events } = await reader.client.history(channel, { since: { timestamp: 0 }, limit: 2 });
      assert.equal(events.length, 2);
      await reader.client.patchState('load:state', { at: { [transport]: 1 } });
      assert.equal((await reader.client.state('load:state'))[0].data.at[transport], 1);
      await assert.rejects(reader.client.command(channel, 'jump'), { code: 'no_handler' });
      await assert.rejects(reader.client.subscribe('load:*').ready, { code: 'unsupported' });
    });
  }

  describe('in a browser', { concurrency: true, skip: noBrowser }, () => {
    let browser;
    before(() => (browser = new Chromium(chromium)));
    after(() => browser?.close());

    const ways = [
      { name: 'MessagePack', options: 'codec: msgpack', transport: 'websocket' },
      { name: 'SSE', options: "transports: ['sse']", transport: 'sse' },
      { name: 'polling', options: "transports: ['polling']", transport: 'polling' },
      { name: 'WebSockets refused', options: '', transport: 'sse', refusesSockets: true },
    ];
    for (const [i, { name, options, transport, refusesSockets = false }] of ways.entries()) {
      test(`${name}: cuts, and a token that ends`, async () => {
        const pages = await Pages.start(`http://127.0.0.1:${service.port}`);
        open.push(() => pages.end());
        pages.refusesSockets = refusesSockets;
        const page = await openClientPage(browser, pages);
        const tokens = [token(`page-${i}`, 2), token(`page-${i}`)];
        await page.evaluate(`
          window.heard = []; window.troubles = []; window.asked = 0; window.cuts = 0;
          const tokens = ${JSON.stringify(tokens)};
          const trouble = (item) => troubles.push(item);
          window.client = createClient({ token: () => tokens[Math.min(asked++, 1)], retry: { firstMs: 50, maxMs: 1000 }, ${options} });
          client.onConnection(({ state }) => state === 'waiting' && cuts++);
          client.subscribe('load:page-${i}', {}, { message: ({ payload }) => heard.push(payload.n), gap: trouble, reset: trouble, error: trouble })
            .ready.then(() => (window.ready = true))`);
        await page.until('window.ready', 'the subscription');
        assert.equal(await page.evaluate('client.connection.transport'), transport);
        const flow = load(client(`of-page-${i}`), `load:page-${i}`, 20);
        for (let cut = 1; cut <= 3; cut++) {
          const before = await page.evaluate('cuts');
          await page.until('heard.length > 0');
          // A new connection may be there at once: it is cut until it has been noticed.
          await page.until(`cuts > ${before}`, 'a cut', 15_000, () => pages.cut());
          await page.until(`client.connection.state === 'connected'`, 'a new connection');
        }
        await page.until('asked > 1', 'the end of a token');
        await flow.stop();
        await page.until(`heard.length >= ${flow.published}`, 'everything');
        assert.deepEqual(await page.evaluate('[troubles, heard]'), [[], Array.from({ length: flow.published }, (_, n) => n + 1)]);
        assert.deepEqual(page.faults, []);
      });
    }
  });

  test('from npm install to live events in five lines', async () => {
    const project = mkdtempSync(join(tmpdir(), 'tidings-project-'));
    open.push(() => rmSync(project, { recursive: true, force: true }));
    const npm = (...words) => execFileSync('npm', words, { encoding: 'utf8', cwd: project, stdio: ['ignore', 'pipe', 'pipe'] });
    const [{ filename, files }] = JSON.parse(npm('pack', here, '--json', '--ignore-scripts'));
    assert.deepEqual(files.map(({ path }) => path).filter((path) => !/^(dist\/.+\.(js|d\.ts)|README\.md|package\.json)$/.test(path)), []);
    writeFileSync(join(project, 'package.json'), '{ "type": "module", "private": true }');
    npm('install', '--offline', '--no-audit', '--no-fund', `./${filename}`);
    assert.deepEqual(readdirSync(join(project, 'node_modules', '@tidings')), ['client']);

    const [, lines] = /```js\n(.*?)```/s.exec(readFileSync(join(here, 'README.md'), 'utf8'));
    assert.equal(lines.trim().split('\n').length, 5);
    writeFileSync(join(project, 'live.js'), lines.replace('http://127.0.0.1:8080', `http://127.0.0.1:${service.port}`));
    const live = spawn(process.execPath, ['live.js'], { cwd: project, env: { ...process.env, TOKEN: token('newcomer') }, stdio: ['ignore', 'pipe', 'inherit'] });
    open.push(() => live.kill());
    let said = '';
    live.stdout.setEncoding('utf8').on('data', (text) => (said += text));
    const publisher = client('publisher-of-five-lines');
    // It hears what comes once it is there.
    await until(() => said !== '' || (void publisher.publish('agent:five', 'agent.started', { status: 'busy' }).catch(() => {}), false), 'a line');
    assert.equal(said.split('\n')[0], "agent:five agent.started { status: 'busy' }");
    live.kill();

    writeFileSync(join(project, 'typed.ts'), TYPED);
    execFileSync(process.execPath, [join(here, 'node_modules', 'typescript', 'bin', 'tsc'), '--noEmit', '--strict', '--exactOptionalPropertyTypes',
      '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2022,dom,dom.iterable', '--types', '', 'typed.ts'], { cwd: project, encoding: 'utf8' });
  });

  test('state, commands and presence', async () => {
    const a = client('ada');
    const b = client('bob');
    const lamp = a.subscribe('device:lamp', { state: true });
    await lamp.ready;
    await b.patchState('device:lamp', { on: true, level: 70 });
    await b.patchState('device:lamp', { level: null });
    await until(() => lamp.state()?.on === true && !('level' in lamp.state()), 'the copy');
    const all = b.subscribe('device:*', { state: true });
    await until(() => all.states().size === 1, 'the copies of a pattern');

    const handling = a.handle('agent:*', ({ name, args, from }) => ({ name, args, from }));
    await handling.ready;
    const { status, result } = await b.command('agent:1', 'restart', { now: true });
    assert.deepEqual({ status, result }, { status: 'ok', result: { name: 'restart', args: { now: true }, from: 'bob' } });

    const room = a.subscribe('room:1', { presence: true });
    await room.ready;
    const other = b.subscribe('room:1', { presence: true });
    const { value } = await room.items().next();
    assert.equal(value.type, 'joined');
    assert.equal(value.subject, 'bob');
    assert.equal((await a.presence('room:1')).count, 2);
    other.unsubscribe();
    await until(() => room.waiting === 1, 'leaving');
  });

  test('a restart of the service', async () => {
    const retry = { maxMs: 2000 };
    const publisher = client('publisher', { publishBuffer: 10_000, retry });
    const reader = client('reader', { retry });
    const heard = await hearing(reader, 'load:restart');
    const pattern = await hearing(client('other', { retry }), 'load:*');
    const flow = load(publisher, 'load:restart', 10);
    await until(() => heard.numbers.length > 20, 'events');
    await service.stop();
    await pause(200);
    await service.launch();
    await until(() => reader.connection.state === 'connected' && publisher.connection.state === 'connected', 'new connections');
    await flow.stop();
    await heardAll(heard, flow);
    await heardAll(pattern, flow);
  });
});

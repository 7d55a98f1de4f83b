// The link itself: what a server may do to it, and the ways round a WebSocket that cannot be had.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { afterEach, test } from 'node:test';
import { createClient, TidingsError } from '@tidings/client';
import { msgpack } from '@tidings/client/msgpack';
import { frame, ScriptedServer } from './support/scripted-server.mjs';

const PING = 9;
const PONG = 10;
const welcome = { type: 'welcome', payload: { heartbeat_ms: 30000 } };
const cleanUps = [];
afterEach(() => cleanUps.splice(0).forEach((cleanUp) => cleanUp()));

// Nothing that happens to a connection may surface anywhere but where it is documented to.
process.on('unhandledRejection', (reason) => assert.fail(`unhandled: ${reason}`));

async function scripted(options = {}) {
  const server = await ScriptedServer.start();
  cleanUps.push(() => server.stop());
  const client = createClient({ url: server.url, transports: ['websocket'], retry: { firstMs: 20, maxMs: 50 }, ...options });
  cleanUps.push(() => client.close());
  return { server, client };
}

async function peerOf(server) {
  const peer = await server.handshakes.take('a connection');
  peer.accept();
  return peer;
}

function reached(client, state, code) {
  const is = (status) => status.state === state && (code === undefined || status.error?.code === code);
  return is(client.connection)
    ? Promise.resolve()
    : new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`not ${state} but ${JSON.stringify(client.connection)}`)), 5000);
        const end = client.onConnection((status) => is(status) && (clearTimeout(timer), end(), resolve()));
      });
}

const message = (offset, payload) => JSON.stringify({ type: 'message', channel: 'big:1', event: 'x', id: `e${offset}`, offset, timestamp: 1, payload });

test('messages come in fragments, all at once, byte by byte, and of every size', async () => {
  const { server, client } = await scripted();
  const items = client.subscribe('big:1').items();
  const peer = await peerOf(server);
  peer.send(JSON.stringify(welcome));
  await peer.frames.take('subscribe');
  const text = Buffer.from(message(1, 'é'.repeat(1000)));
  peer.write(1, text.subarray(0, 100), 0);
  peer.write(PING, Buffer.from('between'));
  peer.write(0, text.subarray(100, 101), 0);
  peer.write(0, text.subarray(101));
  peer.socket.write(Buffer.concat([2, 3, 4].map((n) => frame(1, Buffer.from(message(n, n))))));
  for (const byte of frame(1, Buffer.from(message(5, 5)))) {
    peer.socket.write(Buffer.from([byte]));
  }
  peer.send(message(6, 'x'.repeat(100_000)));
  const offsets = [];
  for await (const item of items) {
    offsets.push(item.offset);
    if (item.offset === 1) {
      assert.equal(item.payload.length, 1000);
    }
    if (item.offset === 6) {
      assert.equal(item.payload.length, 100_000);
      break;
    }
  }
  assert.deepEqual(offsets, [1, 2, 3, 4, 5, 6]);
  assert.equal(peer.control.opcode, PONG);
  assert.equal(peer.control.payload.toString(), 'between');
});

test('what is large is sent whole', async () => {
  const { server, client } = await scripted();
  const peer = await peerOf(server);
  peer.send(JSON.stringify(welcome));
  for (const size of [100, 200, 70_000]) {
    client.publish('big:1', 'x', 'y'.repeat(size)).catch(() => {});
    const sent = JSON.parse(await peer.frames.take('publish'));
    assert.equal(sent.payload.length, size);
    peer.send(JSON.stringify({ type: 'published', id: sent.id, payload: { offset: 1 } }));
  }
});

test('MessagePack is spoken where it is asked for', async () => {
  const { server, client } = await scripted({ codec: msgpack, token: 'token-1' });
  const subscription = client.subscribe('big:1');
  const peer = await peerOf(server);
  assert.equal(peer.request.headers['sec-websocket-protocol'], 'tidings.v1.msgpack');
  const say = (envelope) => peer.send(msgpack.encode(envelope));
  const hear = async (what) => msgpack.decode(new Uint8Array(await peer.frames.take(what)).buffer);
  say(welcome);
  const { id, payload } = await hear('authenticate');
  assert.equal(payload.token, 'token-1');
  say({ type: 'authenticated', id, payload: {} });
  say({ type: 'subscribed', id: (await hear('subscribe')).id, channel: 'big:1', payload: { epoch: 'k', offset: 3, recovered: false, replayed: 0 } });
  assert.equal((await subscription.ready).offset, 3);
});

for (const [what, bytes] of [
  ['a reserved bit', [0xc1, 1, 0x41]],
  ['a masked frame', [0x81, 0x81, 0, 0, 0, 0, 0x41]],
  ['a size of nearly for ever', [0x82, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
]) {
  test(`${what} ends the connection, and it is tried again`, async () => {
    const { server, client } = await scripted();
    const peer = await peerOf(server);
    peer.socket.write(Buffer.from(bytes));
    await reached(client, 'waiting', 'disconnected');
    (await peerOf(server)).send(JSON.stringify(welcome));
    await reached(client, 'connected');
  });
}

test('any close code leaves a documented state', async () => {
  const final = { 1009: 'message_too_large', 4400: 'protocol_error', 4403: 'disconnected_by_operator' };
  for (const code of [1000, 1001, 1002, 1003, 1007, 1009, 1011, 1012, 1013, 3000, 4000, 4400, 4403, 4408, 4499, 4999]) {
    const { server, client } = await scripted();
    const peer = await peerOf(server);
    peer.send(JSON.stringify(welcome));
    await reached(client, 'connected');
    peer.close(code, 'because');
    await reached(client, final[code] ? 'closed' : 'waiting', final[code]);
    assert.ok(client.connection.error instanceof TidingsError);
    client.close();
  }
});

test('nonsense in place of every frame leaves the client as it was', async () => {
  const errors = [];
  const { server, client } = await scripted({ onError: (error) => errors.push(error) });
  client.subscribe('big:1', { state: true, presence: true });
  client.handle('big:2', () => null);
  const peer = await peerOf(server);
  peer.send(JSON.stringify(welcome));
  await peer.frames.take('subscribe');
  const types = ['welcome', 'authenticated', 'subscribed', 'unsubscribed', 'published', 'message', 'history', 'state', 'presence',
    'joined', 'left', 'command', 'command_response', 'gap', 'token_expiring', 'error', 'pong'];
  for (const type of types) {
    for (const payload of [undefined, null, 7, 'text', [], {}, { state: 7, recovered: 'no', events: 3 }]) {
      for (const channel of [undefined, 'big:1', 5]) {
        peer.send(JSON.stringify({ type, channel, payload, offset: 'x', event: 3 }));
      }
    }
  }
  peer.send(JSON.stringify({ type: 'message', channel: 'big:1', event: 'state.changed', id: 'e', offset: 1, payload: 5 }));
  const settled = client.history('big:1');
  for (let i = 0; ; i++) {
    const { type, id } = JSON.parse(await peer.frames.take('history'));
    if (type === 'history') {
      peer.send(JSON.stringify({ type: 'history', id, payload: { events: [] } }));
      break;
    }
    assert.ok(i < 500);
  }
  assert.deepEqual(await settled, { events: [] });
  assert.equal(client.connection.state, 'connected');
});

test('what listeners throw is told to onError and harms nobody', async () => {
  const errors = [];
  const { server, client } = await scripted({ onError: (error) => (errors.push(error), assert.fail('this one too')) });
  client.onConnection(() => assert.fail('status'));
  const heard = [];
  client.subscribe('big:1', {}, { message: () => assert.fail('listener') });
  client.subscribe('big:1', {}, { message: ({ offset }) => heard.push(offset) });
  const peer = await peerOf(server);
  peer.send(JSON.stringify(welcome));
  await peer.frames.take('subscribe');
  peer.send(message(1, 1));
  peer.send(message(2, 2));
  for (const end = performance.now() + 5000; heard.length < 2 && performance.now() < end; ) {
    await new Promise((again) => setTimeout(again, 5));
  }
  const other = client.subscribe('big:1').items();
  peer.send(message(3, 3));
  assert.equal((await other.next()).value.offset, 3);
  assert.deepEqual(heard, [1, 2, 3]);
  assert.ok(errors.length >= 4);
});

test('an iteration that nobody takes from ends with overflow', async () => {
  const { server, client } = await scripted({ itemBuffer: 3 });
  const subscription = client.subscribe('big:1');
  const peer = await peerOf(server);
  peer.send(JSON.stringify(welcome));
  await peer.frames.take('subscribe');
  [1, 2, 3, 4].forEach((n) => peer.send(message(n, n)));
  assert.equal(JSON.parse(await peer.frames.take('unsubscribe')).type, 'unsubscribe');
  const offsets = [];
  await assert.rejects(async () => {
    for await (const { offset } of subscription) {
      offsets.push(offset);
    }
  }, { code: 'overflow' });
  assert.deepEqual(offsets, [1, 2, 3]);
});

test('subscriptions to one channel share what the service sends, and each filters for itself', async () => {
  const { server, client } = await scripted();
  const all = client.subscribe('big:1').items();
  const few = client.subscribe('big:1', { filter: { where: { field: '/payload', op: 'gt', value: 1 } } }).items();
  const pattern = client.subscribe('big:*').items();
  const peer = await peerOf(server);
  peer.send(JSON.stringify(welcome));
  const asked = [JSON.parse(await peer.frames.take('subscribe')), JSON.parse(await peer.frames.take('subscribe'))];
  assert.deepEqual(asked.map(({ channel, payload }) => [channel, payload]), [['big:1', {}], ['big:*', {}]]);
  peer.send(message(1, 1));
  peer.send(message(2, 2));
  assert.equal((await few.next()).value.offset, 2);
  assert.equal((await all.next()).value.offset, 1);
  assert.equal((await pattern.next()).value.offset, 1);
});

test('where there is no WebSocket, plain HTTP is tried; where there is nothing, WebSocket goes on', async () => {
  const calls = [];
  const server = createServer((request, response) => {
    calls.push(request.url);
    response.setHeader('Content-Type', 'application/json').end('{"items": []}');
  });
  server.on('upgrade', (request, socket) => socket.destroy());
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  cleanUps.push(() => server.close(), () => server.closeAllConnections());
  const url = `http://127.0.0.1:${server.address().port}/beneath`;
  const client = createClient({ url, retry: { firstMs: 20, maxMs: 50 }, token: 'token-1' });
  cleanUps.push(() => client.close());
  await reached(client, 'connected');
  assert.equal(client.connection.transport, 'sse');
  assert.ok(calls.every((path) => path === '/beneath/api/v1/channels?limit=1'), String(calls));

  const { server: gone, client: patient } = await scripted({ transports: undefined });
  for (let i = 0; i < 8; i++) {
    (await gone.handshakes.take('a try')).cut();
  }
  (await peerOf(gone)).send(JSON.stringify(welcome));
  await reached(patient, 'connected');
  // The scripted server answers 404 to plain calls: it is there, so the next ways were tried in between.
  assert.equal(patient.connection.transport, 'websocket');
});

test('50 000 messages a second', { timeout: 60_000 }, async (context) => {
  const COUNT = 100_000;
  const { server, client } = await scripted();
  let heard = 0;
  const done = new Promise((resolve) => client.subscribe('big:1', {}, { message: () => ++heard === COUNT && resolve() }));
  const peer = await peerOf(server);
  peer.send(JSON.stringify(welcome));
  await peer.frames.take('subscribe');
  const frames = Array.from({ length: COUNT }, (_, i) => frame(1, Buffer.from(message(i + 1, { status: 'busy', load: i }))));
  const bytes = Buffer.concat(frames);
  const from = performance.now();
  const cpu = process.cpuUsage();
  for (let at = 0; at < bytes.length; at += 65536) {
    peer.socket.write(bytes.subarray(at, at + 65536));
  }
  await done;
  const { user, system } = process.cpuUsage(cpu);
  const perSecond = (ms) => Math.round(COUNT / (ms / 1000)).toLocaleString('en');
  context.diagnostic(`${perSecond(performance.now() - from)} a second; by processor time ${perSecond((user + system) / 1000)}`);
});

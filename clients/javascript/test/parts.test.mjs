// The parts that scenarios reach only from afar.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delay } from '../dist/backoff.js';
import { predicate } from '../dist/filter.js';
import { merge } from '../dist/merge.js';
import { msgpack } from '../dist/msgpack.js';
import { Queue } from '../dist/queue.js';
import { Seen } from '../dist/seen.js';
import { blocks, place } from '../dist/sse.js';

test('the back-off is between 0 and its bound, which doubles up to the cap', () => {
  for (let attempt = 0; attempt < 40; attempt++) {
    const bound = Math.min(20_000, 500 * 2 ** attempt);
    for (let i = 0; i < 20; i++) {
      const wait = delay(attempt, { firstMs: 500, maxMs: 20_000 });
      assert.ok(wait >= 0 && wait <= bound, `${wait} of ${bound}`);
    }
  }
});

test('merge patches: the examples of RFC 7396', () => {
  const examples = [
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [['a', 'b'], ['c', 'd'], ['c', 'd']],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ];
  for (const [target, patch, result] of examples) {
    assert.deepEqual(merge(target, patch), result);
  }
});

test('a member called __proto__ is a member', () => {
  const merged = merge({}, JSON.parse('{"__proto__": {"polluted": 1}}'));
  assert.equal({}.polluted, undefined);
  assert.equal(merged.polluted, undefined);
  assert.equal(JSON.stringify(merged), '{"__proto__":{"polluted":1}}');
});

test('filters hold as they do on the service', () => {
  const message = { type: 'message', channel: 'agent:1', event: 'agent.run.started', offset: 7, payload: { status: 'busy', n: 5, tags: ['a', 'b'], 'x/y': null } };
  const leaf = (field, op, value) => predicate({ where: { field, op, value } })(message);
  const yes = [
    leaf('/payload/status', 'eq', 'busy'),
    leaf('/payload/n', 'ge', 5),
    leaf('/payload/n', 'in', [4, 5]),
    leaf('/payload/n', 'nin', [4]),
    leaf('/payload/n', 'ne', 4),
    leaf('/payload/tags', 'contains', 'b'),
    leaf('/payload/tags', 'eq', ['a', 'b']),
    leaf('/payload/status', 'contains', 'us'),
    leaf('/payload/status', 'prefix', 'bu'),
    leaf('/payload/status', 'suffix', 'sy'),
    leaf('/payload/x~1y', 'exists', true),
    leaf('/payload/x~1y', 'eq', null),
    leaf('/payload/none', 'exists', false),
    leaf('/channel', 'lt', 'agent:2'),
    predicate({ where: { not: { field: '/payload/none', op: 'eq', value: 1 } } })(message),
    predicate({ where: { all: [{ any: [{ field: '/offset', op: 'gt', value: 6 }] }] } })(message),
    predicate({ events: ['agent.*'] })(message),
    predicate({ events: ['*.started'] })(message),
    predicate({ events: [] })(message),
    predicate(undefined)(message),
  ];
  const no = [
    leaf('/payload/none', 'ne', 1),
    leaf('/payload/n', 'ne', '5'),
    leaf('/payload/n', 'lt', '9'),
    leaf('/payload/n', 'prefix', '5'),
    leaf('/payload/tags', 'contains', 'c'),
    leaf('/payload/status', 'lt', 'a'),
    predicate({ events: ['agent'] })(message),
    predicate({ events: ['agent.run.starte'] })(message),
    predicate({ events: ['agentXrunXstarted'] })(message),
  ];
  assert.deepEqual(yes, yes.map(() => true));
  assert.deepEqual(no, no.map(() => false));
});

test('MessagePack brings back what JSON can say', () => {
  const values = [
    null, true, false, 0, 1, 127, 128, 65535, 65536, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER, -1, -32, -33, -(2 ** 40), 1.5, 1e300,
    '', 'é', 'x'.repeat(31), 'x'.repeat(32), 'x'.repeat(300), 'x'.repeat(70_000), [], Array(15).fill(1), Array(16).fill([]), Array(70_000).fill(0),
    {}, { a: { b: [null, { c: 'd' }] } }, Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`m${i}`, i])),
  ];
  for (const value of values) {
    const bytes = msgpack.encode({ value });
    assert.deepEqual(msgpack.decode(bytes.slice().buffer), { value });
  }
  assert.deepEqual(msgpack.decode(msgpack.encode({ a: undefined, b: 1 }).slice().buffer), { b: 1 });
});

test('MessagePack of every width is read, and nonsense refused', () => {
  const read = (...bytes) => msgpack.decode(new Uint8Array(bytes).buffer);
  assert.equal(read(0xcc, 200), 200);
  assert.equal(read(0xcd, 1, 0), 256);
  assert.equal(read(0xcf, 0, 0, 0, 1, 0, 0, 0, 0), 2 ** 32);
  assert.equal(read(0xd0, 0x80), -128);
  assert.equal(read(0xd1, 0xff, 0), -256);
  assert.equal(read(0xca, 0x3f, 0xc0, 0, 0), 1.5);
  assert.equal(read(0xd9, 1, 0x41), 'A');
  for (const bytes of [[], [0xc1], [0xd9, 5, 0x41], [0xdd, 255, 255, 255, 255], [0x81, 1, 1], [1, 1], [0xa1, 0xff], Array(100_000).fill(0x91)]) {
    assert.throws(() => read(...bytes));
  }
  assert.throws(() => msgpack.decode('text'));
});

test('a queue is bounded and ends once', async () => {
  const queue = new Queue(2);
  assert.deepEqual([queue.push(1), queue.push(2), queue.push(3)], [true, true, false]);
  queue.end(new TypeError('over'));
  assert.deepEqual(await queue.next(), { value: 1, done: false });
  assert.equal((await queue.next()).value, 2);
  await assert.rejects(queue.next(), /over/);
  assert.equal((await queue.next()).done, true);
  const other = new Queue(1);
  const waiting = [other.next(), other.next(), other.next()];
  other.push('a');
  other.end();
  assert.deepEqual((await Promise.all(waiting)).map(({ value, done }) => value ?? done), ['a', true, true]);
});

test('what was seen is remembered for two turns', () => {
  const seen = new Seen();
  assert.deepEqual([seen.isNew('a', 1), seen.isNew('a', 1), seen.isNew('b', 1), seen.isNew('a', 3), seen.isNew('a', 2)], [true, false, true, true, false]);
  seen.turn();
  assert.equal(seen.isNew('a', 3), false);
  seen.turn();
  assert.equal(seen.isNew('a', 3), true);
});

test('Server-Sent Events are read however they are cut', async () => {
  const text = 'retry: 2173\nid: k:3-2:16\n\n: ping\n\nid: k:3-2:17\r\ndata: {"a":\r\ndata: "é"}\r\n\r\nevent: gap\ndata:{}\n\n';
  const bytes = new TextEncoder().encode(text);
  for (const size of [1, 3, bytes.length]) {
    const stream = new ReadableStream({
      start(controller) {
        for (let i = 0; i < bytes.length; i += size) {
          controller.enqueue(bytes.subarray(i, i + size));
        }
        controller.close();
      },
    });
    const found = [];
    for await (const block of blocks(stream, () => {})) {
      found.push(block);
    }
    assert.deepEqual(found, [{ id: 'k:3-2:16' }, {}, { id: 'k:3-2:17', data: '{"a":\n"é"}' }, { event: 'gap', data: '{}' }]);
  }
  assert.deepEqual(place('k:3-2:17'), { epoch: 'k:3-2', offset: 17 });
});

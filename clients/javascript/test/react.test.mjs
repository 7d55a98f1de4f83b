import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createElement, StrictMode, act } from 'react';
import { create } from 'react-test-renderer';
import { createClient } from '@tidings/client';
import { TidingsProvider, useChannel, useChannelState, useConnection, useDevices } from '@tidings/client/react';
import { ScriptedServer } from './support/scripted-server.mjs';

globalThis.IS_REACT_ACT_ENVIRONMENT = false;

async function until(holds, what) {
  for (const end = performance.now() + 5000; !holds(); ) {
    assert.ok(performance.now() < end, what);
    await new Promise((again) => setTimeout(again, 5));
  }
}

/** A service that answers every subscription, and has one device. */
async function service() {
  const server = await ScriptedServer.start();
  const said = { subscribed: [], unsubscribed: [], published: [] };
  const client = createClient({ url: server.url, transports: ['websocket'] });
  const peer = await server.handshakes.take('a connection');
  peer.accept();
  const say = (envelope) => peer.send(JSON.stringify(envelope));
  const states = [{ channel: 'device:lamp', data: { on: false }, offset: 1, epoch: 'k', timestamp: 1 }];
  const loop = (async () => {
    for (;;) {
      const { type, id, channel, payload, event } = JSON.parse(await peer.frames.take('a frame', 60_000));
      if (type === undefined) {
        return;
      }
      if (type === 'subscribe') {
        said.subscribed.push(channel);
        const place = channel.endsWith('*') ? { cursor: 'c' } : { epoch: 'k', offset: 1 };
        const state = channel === 'device:lamp' ? { state: { data: { on: false }, offset: 1 } } : {};
        say({ type: 'subscribed', id, channel, payload: { ...place, recovered: false, replayed: 0, ...state } });
      } else if (type === 'unsubscribe') {
        said.unsubscribed.push(channel);
        say({ type: 'unsubscribed', id, channel });
      } else if (type === 'state') {
        say({ type: 'state', id, channel, payload: { states } });
      } else if (type === 'publish') {
        said.published.push({ channel, event, payload });
        say({ type: 'published', id, channel, payload: { offset: 2 } });
      }
    }
  })();
  loop.catch(() => {});
  say({ type: 'welcome', payload: { heartbeat_ms: 30000 } });
  return { client, say, said, end: () => (client.close(), server.stop(), peer.frames.put('{}')) };
}

test('hooks show what comes, share subscriptions and end them', async () => {
  const { client, say, said, end } = await service();
  const seen = {};
  const Panel = () => {
    seen.chat = useChannel('chat:1', { limit: 2 });
    seen.lamp = useChannelState('device:lamp');
    seen.devices = useDevices();
    seen.connection = useConnection();
    return null;
  };
  let tree;
  await act(async () => {
    tree = create(createElement(StrictMode, null, createElement(TidingsProvider, { client }, createElement(Panel))));
  });
  await until(() => seen.chat.ready && seen.lamp.state?.on === false && seen.devices.devices.length === 1, 'the first view');
  assert.equal(seen.connection.state, 'connected');

  for (const n of [1, 2, 3]) {
    say({ type: 'message', channel: 'chat:1', event: 'chat.said', id: `e${n}`, offset: n + 1, timestamp: 1, payload: n });
  }
  say({ type: 'message', channel: 'device:lamp', event: 'state.changed', id: 's', offset: 2, timestamp: 1, payload: { patch: { on: true } } });
  await until(() => seen.chat.messages.length === 2 && seen.lamp.state.on, 'the changes');
  assert.deepEqual(seen.chat.messages.map(({ payload }) => payload), [2, 3]);
  assert.equal(seen.chat.incomplete, false);
  assert.deepEqual(seen.devices.devices, [{ id: 'lamp', state: { on: true } }]);

  say({ type: 'gap', channel: 'chat:1', payload: { from: 5, to: 6 } });
  await until(() => seen.chat.incomplete, 'the gap');
  await seen.devices.set('lamp', { level: 5 });
  assert.deepEqual(said.published, [{ channel: 'device:lamp', event: 'state.changed', payload: { patch: { level: 5 } } }]);

  await act(async () => tree.unmount());
  const held = () => said.subscribed.filter((one) => !said.unsubscribed.includes(one));
  await until(() => held().length === 0, () => String(held()));
  end();
});

test('a refused channel is an error of the view', async () => {
  const { client, say, end } = await service();
  let view;
  const Panel = () => ((view = useChannel('chat:2')), null);
  let tree;
  await act(async () => {
    tree = create(createElement(TidingsProvider, { client }, createElement(Panel)));
  });
  await until(() => view.ready, 'the subscription');
  say({ type: 'error', channel: 'chat:2', payload: { code: 'forbidden', message: 'no longer permitted', retryable: false } });
  await until(() => view.error?.code === 'forbidden', 'the error');
  await act(async () => tree.unmount());
  end();
});

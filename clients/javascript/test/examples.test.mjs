// The examples, used in a browser as whoever tries them does, with the packaged service.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { createClient } from '@tidings/client';
import { Chromium, findChromium } from './support/chromium.mjs';
import { Service } from './support/service.mjs';

const jar = process.env.TIDINGS_JAR;
const chromium = findChromium();
const skip = !jar ? 'TIDINGS_JAR does not name the packaged service' : chromium ? false : 'no chromium or google-chrome on the path';

describe('the examples', { skip }, () => {
  const ends = [];
  let service;
  let address;
  let browser;
  let token;

  before(async () => {
    service = await Service.start(jar, {
      'tidings.auth.secret': undefined,
      'tidings.devices.drivers.floor.kind': 'simulated',
      'tidings.devices.drivers.floor.model': 'motor',
      'tidings.devices.drivers.floor.devices': 'motor_01,motor_02',
      'tidings.limits.connections-per-subject': 50,
    });
    ends.push(() => service.end());
    address = await serve();
    browser = new Chromium(chromium);
    ends.push(() => browser.close());
    token = (await (await fetch(`${address}/quick-start`)).json()).token;
  });
  after(async () => {
    for (const end of ends.reverse()) {
      await end();
    }
  });

  /** Starts `npm run examples`, without npm. */
  async function serve() {
    const directory = new URL('../examples/', import.meta.url);
    const env = { ...process.env, PORT: '0', TIDINGS_URL: `http://127.0.0.1:${service.port}` };
    const server = spawn(process.execPath, ['serve.mjs'], { cwd: directory, env, stdio: ['ignore', 'pipe', 'inherit'] });
    ends.push(() => (server.kill(), once(server, 'exit')));
    let said = '';
    for await (const text of server.stdout.setEncoding('utf8')) {
      said += text;
      const [, found] = /at (http:\S+)\/,/.exec(said) ?? [];
      if (found) {
        server.stdout.resume();
        return found;
      }
    }
    return assert.fail(`the examples are not served: ${said}`);
  }

  async function write(method, path, body) {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json' };
    const answer = await fetch(`${address}/api/v1/channels/${path}`, { method, headers, body: JSON.stringify(body) });
    assert.ok(answer.ok, `${answer.status} ${await answer.text()}`);
  }

  async function stateOf(channel, holds) {
    const read = async () => (await fetch(`${address}/api/v1/channels/${channel}/state`, { headers: { Authorization: `Bearer ${token}` } })).json();
    for (const end = performance.now() + 15_000; !holds(await read()); ) {
      assert.ok(performance.now() < end, JSON.stringify(await read()));
    }
  }

  async function page(path, work) {
    const opened = await browser.open(address + path);
    await work(opened);
    assert.deepEqual(opened.faults, []);
    return opened;
  }

  test('devices: a switch switches, what is refused is said', () =>
    page('/devices', async (panel) => {
      const motor = 'section[aria-label=motor_01]';
      await panel.until(`!!document.querySelector('${motor}')`, 'the motor');
      await panel.says('Live');
      await panel.fill(`${motor} input[type=number]`, '99999');
      await panel.says('allowed is a whole number from 0 to 3000 rpm');
      await panel.fill(`${motor} input[type=number]`, '1200');
      await panel.until(`document.querySelector('${motor} input[type=number]').defaultValue === '1200'`, 'the speed');
      await panel.until(`/turns at [1-9]/.test(document.querySelector('${motor}').innerText)`, 'the motor turning');
      await panel.press(`${motor} input[type=checkbox]`);
      await stateOf('device:motor_01', ({ on }) => on === false);
      await panel.until(`!document.querySelector('${motor} input[type=checkbox]').checked`, 'the switch');
    }));

  test('projects: events patch what is shown, or have it fetched again', async () => {
    await write('PATCH', 'project:1/state', { name: 'Bridge', phase: 'plan', stories: { a: 'todo', b: 'todo' } });
    await page('/projects', async (dashboard) => {
      const row = (text) => `document.getElementById('1')?.innerText.replace(/\\s+/g, ' ') === '${text}'`;
      const shows = (text) => dashboard.until(row(text), text);
      await shows('Bridge plan 0 of 2');
      // Until the dashboard listens, what is said is not for it.
      for (let i = 0; i < 200 && !(await dashboard.evaluate(row('Bridge build 1 of 2'))); i++) {
        await write('POST', 'project:1/events', { event: 'story.status.changed', payload: { story: 'a', status: 'done' } });
        await write('POST', 'project:1/events', { event: 'project.phase.changed', payload: { phase: 'build' } });
      }
      await write('PATCH', 'project:1/state', { name: 'Tunnel', phase: 'ship' });
      await shows('Tunnel ship 0 of 2');
    });
  });

  test('chat: what is said in a room is heard in it, by who comes later too, and in no other', async () => {
    const say = async (who, name, text) => {
      await who.fill('#name', name);
      await who.fill('#text', text);
      await who.press('button');
    };
    const ada = await page('/chat#lobby', (opened) => opened.says('nobody else is here'));
    await say(ada, 'Ada', 'hello <b>all</b>');
    await ada.says('Ada: hello <b>all</b>');
    const bob = await page('/chat#lobby', (opened) => opened.says('Ada: hello <b>all</b>'));
    await ada.says('2 are here');
    await say(bob, 'Bob', 'hello Ada');
    await ada.says('Bob: hello Ada');
    await bob.press('a[href="#garden"]');
    await bob.until("document.getElementById('room').textContent === 'garden' && document.getElementById('status').textContent === 'nobody else is here'");
    await say(bob, 'Bob', 'how green');
    await bob.says('how green');
    await ada.says('nobody else is here');
    assert.ok(!(await ada.text()).includes('how green'));
    assert.deepEqual([...ada.faults, ...bob.faults], []);
  });

  test('tokens: a model answers, and the page shows it as it speaks; so it does to whoever opens it later', async () => {
    // As clients/python/examples/model.py does, which has a test of its own.
    const model = createClient({ url: address, token });
    ends.push(() => model.close());
    const handling = model.handle('agent:model', async ({ id: cause, args: { conversation, text } }) => {
      await model.publish(conversation, 'asked', { text }, { cause });
      await Promise.all(['You ', 'ask: ', text].map((token) => model.publish(conversation, 'token', { text: token }, { cause })));
    });
    await handling.ready;
    const whole = '> what is new?\n\nYou ask: what is new?';
    await page('/tokens#test', async (asking) => {
      await asking.fill('#text', 'what is new?');
      await asking.press('button');
      await asking.says(whole);
    });
    await page('/tokens#test', (reading) => reading.says(whole));
  });
});

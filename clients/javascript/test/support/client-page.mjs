// The client in a page: a server for what the page loads, and the client's calls made from here.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { TidingsError } from '@tidings/client';
import { passTo } from '../../examples/proxy.mjs';

const PAGE = `<!doctype html><script type="module">
  import * as core from '/client/tidings.min.js';
  import { msgpack } from '/client/msgpack.js';
  Object.assign(window, core, { msgpack, things: [] });
</script>`;

/** Serves a page with the client, and passes everything else on to the service, where there is one; connections can be cut. */
export class Pages {
  #sockets = new Set();

  static async start(service = undefined) {
    const pages = new Pages();
    const proxy = service && passTo(new URL(service));
    pages.server = createServer(async (from, to) => {
      const [, file] = /^\/client\/([\w.-]+\.js)$/.exec(from.url) ?? [];
      if (file) {
        to.writeHead(200, { 'Content-Type': 'text/javascript' }).end(await readFile(new URL(`../../dist/${file}`, import.meta.url)));
      } else if (from.url === '/client/') {
        to.writeHead(200, { 'Content-Type': 'text/html' }).end(PAGE);
      } else {
        proxy ? proxy.request(from, to) : to.writeHead(404).end();
      }
    });
    if (proxy) {
      pages.server.on('upgrade', (from, socket) => (pages.refusesSockets ? socket.destroy() : proxy.upgrade(from, socket)));
    }
    pages.server.on('connection', (socket) => {
      pages.#sockets.add(socket);
      socket.on('close', () => pages.#sockets.delete(socket)).on('error', () => {});
    });
    await new Promise((ready) => pages.server.listen(0, '127.0.0.1', ready));
    pages.url = `http://127.0.0.1:${pages.server.address().port}`;
    return pages;
  }

  cut() {
    this.#sockets.forEach((socket) => socket.resetAndDestroy());
  }

  end() {
    this.server.close();
    this.#sockets.forEach((socket) => socket.destroy());
  }
}

/** Opens the page, with the client loaded. */
export async function openClientPage(browser, pages) {
  const page = await browser.open(`${pages.url}/client/`);
  await page.until("typeof createClient === 'function'", 'the client');
  return page;
}

/**
 * Makes a `createClient` like the package's, whose clients live in the page: what one does with them here is done there. Values
 * that are read come as promises.
 */
export function createClientIn(page) {
  const heard = new Map();
  page.told = (text) => {
    const { to, value } = JSON.parse(text);
    heard.get(to)(value);
  };
  const call = async (expression) => {
    const text = await page.evaluate(`Promise.resolve().then(() => ${expression}).then(
      (value) => JSON.stringify({ value }),
      (error) => JSON.stringify({ error: error instanceof TidingsError
        ? { code: error.code, message: error.message, retryable: error.retryable } : String(error) }))`);
    const { value, error } = JSON.parse(text);
    if (typeof error === 'string') {
      assert.fail(`no TidingsError in the page: ${error}`);
    }
    if (error) {
      throw new TidingsError(error.code, error.message, error.retryable);
    }
    return value;
  };
  let count = 0;
  /** Something that lives in the page, made at once: calls are carried out in their order. */
  const make = (expression) => {
    const thing = `things[${++count}]`;
    const made = page.evaluate(`void (${thing} = ${expression})`);
    made.catch(() => {});
    return thing;
  };
  const json = (...values) => values.map((value) => (value === undefined ? 'undefined' : JSON.stringify(value))).join(', ');

  return ({ token, onError, codec, ...options }) => {
    const to = ++count;
    let number = 0;
    heard.set(to, ({ status, error, token: asked }) => {
      if (asked !== undefined) {
        void page.evaluate(`tokens${to}[${asked}](${json(token())})`);
      } else if (error) {
        onError(error);
      } else {
        made.connection = status.error ? { ...status, error: new TidingsError(status.error.code, status.error.message) } : status;
        made.listener?.(made.connection);
      }
    });
    const tell = (what) => `tell(JSON.stringify({ to: ${to}, value: ${what} }))`;
    const client = make(`(() => {
      window.tokens${to} = [];
      const client = createClient({ ...${json(options)}, autoConnect: false, ${codec ? 'codec: msgpack,' : ''}
        token: () => new Promise((resolve) => { ${tell(`{ token: tokens${to}.push(resolve) - 1 }`)}; }),
        onError: (error) => ${tell('{ error: String(error) }')},
      });
      client.onConnection(({ error, ...status }) =>
        ${tell('{ status: { ...status, error: error && { code: error.code, message: error.message } } }')});
      client.connect();
      return client;
    })()`);
    const made = {
      connection: { state: 'connecting' },
      onConnection: (listener) => (made.listener = listener),
      subscribe(channel, subscribeOptions) {
        const thing = make(`${client}.subscribe(${json(channel, subscribeOptions)})`);
        const items = make(`${thing}.items()`);
        return {
          ready: call(`${thing}.ready`),
          items: () => ({ next: () => call(`${items}.next()`) }),
          unsubscribe: () => call(`${thing}.unsubscribe()`),
          ack: (offset) => call(`${thing}.ack(${offset})`),
          state: (of) => call(`${thing}.state(${json(of)})`),
          get waiting() {
            return call(`${thing}.waiting`);
          },
        };
      },
      handle(channel, answer) {
        let script = '';
        try {
          script = `() => (${json(answer())})`;
        } catch ({ message, code }) {
          script = `() => { throw Object.assign(new Error(${json(message)}), ${json({ code })}); }`;
        }
        const thing = make(`${client}.handle(${json(channel)}, ${script})`);
        return { ready: call(`${thing}.ready`), close: () => call(`${thing}.close()`) };
      },
      close: () => call(`${client}.close()`),
    };
    for (const name of ['publish', 'history', 'state', 'presence', 'command']) {
      made[name] = (...values) => call(`${client}.${name}(${json(...values)})`);
    }
    return made;
  };
}

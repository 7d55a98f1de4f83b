// A headless Chromium, told what to do by its own protocol over a pipe: no library, no download.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where there is one on the path. */
export function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const candidates = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  return candidates.find((file) => {
    try {
      return accessSync(file, constants.X_OK) === undefined;
    } catch {
      return false;
    }
  });
}

const OPTIONS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  // Several pages are used at once, and only one of them is in front.
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
  '--remote-debugging-pipe',
];

export class Chromium {
  #profile = mkdtempSync(join(tmpdir(), 'tidings-browser-'));
  #calls = new Map();
  #pages = new Map();
  #ids = 0;

  constructor(program) {
    this.process = spawn(program, [...OPTIONS, `--user-data-dir=${this.#profile}`, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    this.exit = once(this.process, 'exit');
    this.process.stdio.slice(3).forEach((pipe) => pipe.on('error', () => {}));
    let rest = '';
    this.process.stdio[4].setEncoding('utf8').on('data', (data) => {
      const whole = (rest + data).split('\0');
      rest = whole.pop();
      whole.forEach((text) => this.#heard(JSON.parse(text)));
    });
  }

  /** A page of its own, with nothing of other pages' storage. */
  async open(url) {
    const { browserContextId } = await this.call('Target.createBrowserContext');
    const { targetId } = await this.call('Target.createTarget', { url: 'about:blank', browserContextId });
    const { sessionId } = await this.call('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page(this, sessionId);
    this.#pages.set(sessionId, page);
    await page.call('Runtime.enable');
    await page.call('Runtime.addBinding', { name: 'tell' });
    await page.call('Page.enable');
    await page.call('Page.navigate', { url });
    await page.until("document.readyState === 'complete' && location.href !== 'about:blank'", url);
    return page;
  }

  call(method, params = {}, sessionId = undefined) {
    const id = ++this.#ids;
    this.process.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => this.#calls.set(id, { resolve, reject, method }));
  }

  #heard({ id, result, error, method, params, sessionId }) {
    if (id === undefined) {
      this.#pages.get(sessionId)?.heard(method, params);
      return;
    }
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    error ? call.reject(new Error(`${call.method}: ${error.message}`)) : call.resolve(result);
  }

  async close() {
    const patience = setTimeout(() => this.process.kill('SIGKILL'), 5000);
    this.call('Browser.close').catch(() => {});
    await this.exit;
    clearTimeout(patience);
    try {
      rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5 });
    } catch {
      // A child of it still writes there.
    }
  }
}

export class Page {
  /** Exceptions and rejections that nobody caught. */
  faults = [];
  /** Is called with what the page tells by `tell(text)`. */
  told = () => {};

  constructor(browser, session) {
    this.browser = browser;
    this.session = session;
  }

  call(method, params = {}) {
    return this.browser.call(method, params, this.session);
  }

  heard(method, params) {
    if (method === 'Runtime.exceptionThrown') {
      this.faults.push(params.exceptionDetails.exception?.description ?? params.exceptionDetails.text);
    } else if (method === 'Runtime.bindingCalled') {
      this.told(params.payload);
    }
  }

  /** The value of an expression, as JSON has it, when its promise is settled. */
  async evaluate(expression) {
    const { result, exceptionDetails } = await this.call('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
    assert.equal(exceptionDetails, undefined, `${expression}: ${exceptionDetails?.exception?.description}`);
    return result.value;
  }

  /** Waits until an expression is true; `meanwhile` is done before each look but the first. */
  async until(expression, what = expression, ms = 15_000, meanwhile = () => {}) {
    for (const end = performance.now() + ms; !(await this.evaluate(expression)); meanwhile()) {
      if (performance.now() > end) {
        assert.fail(`not within ${ms} ms: ${what}, on a page that says:\n${await this.text()}\n${this.faults.join('\n')}`);
      }
      await new Promise((again) => setTimeout(again, 20));
    }
  }

  text() {
    return this.evaluate("document.body ? document.body.innerText : ''");
  }

  says(text) {
    return this.until(`document.body.innerText.includes(${JSON.stringify(text)})`, `"${text}"`);
  }

  /** Writes into a field as a user does. */
  fill(selector, text) {
    return this.evaluate(`(field => {
      Object.getOwnPropertyDescriptor(Object.getPrototypeOf(field), 'value').set.call(field, ${JSON.stringify(text)});
      for (const type of ['input', 'change', 'focusout']) field.dispatchEvent(new Event(type, { bubbles: true }));
    })(document.querySelector(${JSON.stringify(selector)}))`);
  }

  press(selector) {
    return this.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`);
  }
}

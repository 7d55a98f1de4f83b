// The client where most of them run: in a page, in Chromium, by the file that pages without a bundler load.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { msgpack } from '@tidings/client/msgpack';
import { Chromium, findChromium } from './support/chromium.mjs';
import { createClientIn, openClientPage, Pages } from './support/client-page.mjs';
import { run } from './support/scenario.mjs';

const chromium = findChromium();
const directory = new URL('../../scenarios/', import.meta.url);
const scenarios = readdirSync(directory)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(readFileSync(new URL(name, directory), 'utf8')));

/** Chromium holds the WebSockets of a page back for seconds when some sixteen of them are being opened. */
const AT_ONCE = 6;

describe('in a browser', { concurrency: true, skip: chromium ? false : 'no chromium or google-chrome on the path' }, () => {
  let browser;
  let pages;

  before(async () => {
    browser = new Chromium(chromium);
    pages = await Pages.start();
  });
  after(async () => {
    await browser?.close();
    pages?.end();
  });

  for (const codec of [undefined, msgpack]) {
    describe(codec?.protocol ?? 'tidings.v1.json', { concurrency: AT_ONCE }, () => {
      let page;
      let create;
      before(async () => {
        page = await openClientPage(browser, pages);
        create = createClientIn(page);
      });
      after(() => assert.deepEqual(page.faults, []));
      scenarios.forEach((scenario) => test(`${scenario.name}: ${scenario.why}`, () => run(scenario, { codec, create })));
    });
  }
});

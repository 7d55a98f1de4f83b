import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';

const LIMIT = 8 * 1024;
const size = (file) => gzipSync(readFileSync(new URL(`../dist/${file}`, import.meta.url)), { level: 9 }).length;

test(`what a page loads is under ${LIMIT} bytes`, (context) => {
  const core = size('tidings.min.js');
  context.diagnostic(`${core} bytes; the fallback to plain HTTP, loaded when it is needed, ${size('tidings.http.min.js')}`);
  assert.ok(core < LIMIT, `${core} bytes`);
});

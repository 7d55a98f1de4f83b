import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { run } from './support/scenario.mjs';

const directory = new URL('../../scenarios/', import.meta.url);

for (const file of readdirSync(directory).filter((name) => name.endsWith('.json'))) {
  const scenario = JSON.parse(readFileSync(new URL(file, directory), 'utf8'));
  test(`${scenario.name}: ${scenario.why}`, { concurrency: true }, () => run(scenario));
}

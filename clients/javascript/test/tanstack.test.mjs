import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueryClient } from '@tanstack/query-core';
import { bindQueries } from '@tidings/client/tanstack';

/** As much of a client as a binding uses. */
function fakeClient() {
  const made = {};
  made.subscribe = (channel, options, listener) => {
    Object.assign(made, { channel, options, listener });
    return { unsubscribe: () => (made.ended = true) };
  };
  return made;
}

const message = (offset, payload) => ({ type: 'message', channel: 'project:1', event: 'story.changed', id: `e${offset}`, offset, timestamp: 1, payload });

async function until(holds) {
  for (const end = performance.now() + 5000; !holds(); ) {
    assert.ok(performance.now() < end, 'in time');
    await new Promise((again) => setTimeout(again, 5));
  }
}

test('events patch what is known and invalidate the rest', async () => {
  const queries = new QueryClient();
  const invalidated = [];
  const invalidate = queries.invalidateQueries.bind(queries);
  queries.invalidateQueries = (filters) => (invalidated.push(filters.queryKey), invalidate(filters));
  queries.setQueryData(['project', '1'], { stories: 1 });
  const client = fakeClient();
  const end = bindQueries(client, queries, 'project:*', {
    filter: { events: ['story.*'] },
    keys: ({ channel }) => [['project', channel.slice(8)], ['stories']],
    patch: (old, { payload }, [name]) => (name === 'project' ? { ...old, ...payload } : undefined),
    root: ['project'],
  });
  assert.deepEqual([client.channel, client.options], ['project:*', { filter: { events: ['story.*'] } }]);
  for (let n = 2; n < 10; n++) {
    client.listener.message(message(n, { stories: n }));
  }
  assert.deepEqual(queries.getQueryData(['project', '1']), { stories: 9 });
  await until(() => invalidated.length > 0);
  assert.deepEqual(invalidated, [['stories']]);
  client.listener.reset({ type: 'reset', channel: 'project:*' });
  await until(() => invalidated.length > 1);
  assert.deepEqual(invalidated[1], ['project']);
  end();
  assert.ok(client.ended);
  queries.clear();
});

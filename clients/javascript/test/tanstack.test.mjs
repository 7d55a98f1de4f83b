import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueryClient, QueryObserver } from '@tanstack/query-core';
import { bindQueries } from '@tidings/client/tanstack';

/** As much of a client as a binding uses. */
function fakeClient() {
  const made = {};
  made.subscribe = (channel, options, listener) => {
    Object.assign(made, { channel, options, listener });
    return { ready: new Promise((resolve) => (made.confirm = resolve)), unsubscribe: () => (made.ended = true) };
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
  client.confirm();
  await until(() => invalidated.length > 2);
  assert.deepEqual(invalidated[2], ['project']);
  end();
  assert.ok(client.ended);
  queries.clear();
});

test('what is being fetched while an event comes is fetched again: it may be from before', async () => {
  const queries = new QueryClient();
  const fetches = [];
  const client = fakeClient();
  const end = bindQueries(client, queries, 'project:*', { keys: () => ['project', '1'], patch: (old, { payload }) => ({ ...old, ...payload }) });
  queries.setQueryData(['project', '1'], { stories: 1 });
  const observer = new QueryObserver(queries, {
    queryKey: ['project', '1'],
    queryFn: () => new Promise((resolve) => fetches.push(resolve)),
  });
  const unsubscribe = observer.subscribe(() => {});
  await until(() => fetches.length === 1);
  client.listener.message(message(2, { stories: 2 }));
  assert.deepEqual(queries.getQueryData(['project', '1']), { stories: 2 });
  fetches[0]({ stories: 1 });
  await until(() => fetches.length === 2);
  fetches[1]({ stories: 2 });
  await until(() => queries.isFetching() === 0 && queries.getQueryData(['project', '1']).stories === 2);
  unsubscribe();
  end();
  queries.clear();
});

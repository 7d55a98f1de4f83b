import type { TidingsClient } from './client.js';
import type { TidingsError } from './errors.js';
import type { Message, SubscribeOptions } from './types.js';

export type QueryKey = readonly unknown[];

/** As much of TanStack Query's `QueryClient` as is needed, of version 5. */
export interface Queries {
  invalidateQueries(filters: { readonly queryKey: QueryKey }): Promise<void>;
  isFetching(filters: { readonly queryKey: QueryKey; readonly exact: true }): number;
  setQueryData(queryKey: QueryKey, updater: (old: unknown) => unknown): unknown;
}

export interface Binding extends Omit<SubscribeOptions, 'state'> {
  /** Which queries an event concerns: one key, several, or none. */
  keys(message: Message): QueryKey | readonly QueryKey[] | undefined;
  /** What an event makes of a query's data. Without it, and where it answers undefined, the query is invalidated. */
  patch?(old: unknown, message: Message, key: QueryKey): unknown;
  /** What is invalidated when it begins, and when events were missed for good. Everything unless given. */
  readonly root?: QueryKey;
  /** The subscription has ended. */
  error?(error: TidingsError): void;
}

/** However many events concern a query within this time, it is fetched once. */
const TOGETHER_MS = 50;

/**
 * Lets the events of a channel or pattern patch or invalidate queries.
 *
 * @returns ends it
 */
export function bindQueries(client: TidingsClient, queries: Queries, channel: string, binding: Binding): () => void {
  const { keys, patch, root = [], error, ...options } = binding;
  const stale = new Map<string, QueryKey>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const invalidate = (key: QueryKey) => {
    stale.set(JSON.stringify(key), key);
    timer ??= setTimeout(() => {
      timer = undefined;
      const all = [...stale.values()];
      stale.clear();
      // What fetching comes to is for the queries themselves to tell.
      all.forEach((queryKey) => void queries.invalidateQueries({ queryKey }).catch(() => {}));
    }, TOGETHER_MS);
  };
  const missed = () => invalidate(root);
  const subscription = client.subscribe(channel, options, {
    message: (message) => {
      for (const key of list(keys(message))) {
        const known = patch && patched(queries, key, (old) => patch(old, message, key));
        // What is being fetched may be from before this event, and would replace what the event has made of it.
        if (!known || queries.isFetching({ queryKey: key, exact: true }) > 0) {
          invalidate(key);
        }
      }
    },
    gap: missed,
    reset: missed,
    ...(error ? { error } : {}),
  });
  // Something may have happened since what is there was fetched.
  subscription.ready.then(missed, () => {});
  return () => {
    clearTimeout(timer);
    subscription.unsubscribe();
  };
}

/** True when the query had data and has new data now. */
function patched(queries: Queries, key: QueryKey, patch: (old: unknown) => unknown): boolean {
  let done = false;
  queries.setQueryData(key, (old: unknown) => {
    const data = old === undefined ? undefined : patch(old);
    done = data !== undefined;
    return data;
  });
  return done;
}

function list(keys: QueryKey | readonly QueryKey[] | undefined): readonly QueryKey[] {
  if (!keys || keys.length === 0) {
    return [];
  }
  return Array.isArray(keys[0]) ? (keys as readonly QueryKey[]) : [keys];
}

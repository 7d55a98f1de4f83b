import { createContext, createElement, useContext, useMemo, useSyncExternalStore, type ReactElement, type ReactNode } from 'react';
import type { TidingsClient } from './client.js';
import type { ConnectionStatus } from './connection.js';
import type { TidingsError } from './errors.js';
import type { Subscription } from './subscription.js';
import type { Item, Json, Message, Published, State, SubscribeOptions } from './types.js';

const Context = createContext<TidingsClient | undefined>(undefined);

/** Gives its client to the hooks below it. */
export function TidingsProvider(props: { readonly client: TidingsClient; readonly children?: ReactNode }): ReactElement {
  return createElement(Context.Provider, { value: props.client }, props.children);
}

/** The client of the provider. */
export function useTidings(): TidingsClient {
  const client = useContext(Context);
  if (!client) {
    throw new Error('There is no <TidingsProvider client={…}> around this component.');
  }
  return client;
}

/** How the connection is doing. */
export function useConnection(): ConnectionStatus {
  const client = useTidings();
  const store = useMemo(
    () => ({ subscribe: (changed: () => void) => client.onConnection(changed), get: () => client.connection }),
    [client],
  );
  return useSyncExternalStore(store.subscribe, store.get, store.get);
}

export interface Held {
  /** The service has confirmed the subscription. */
  readonly ready: boolean;
  /** Why it ended. */
  readonly error?: TidingsError;
}

export interface ChannelView extends Held {
  /** The latest events, the newest last. */
  readonly messages: readonly Message[];
  /** Something before them was missed for good. */
  readonly incomplete: boolean;
}

/** The latest events of a channel or pattern; `limit` of them, 100 unless given. */
export function useChannel(channel: string, options: SubscribeOptions & { readonly limit?: number } = {}): ChannelView {
  const { limit = 100, ...wanted } = options;
  return useStore<ChannelView>(channel, wanted, { ready: false, messages: [], incomplete: false }, (view, items) => {
    const messages = items.filter((item) => item.type === 'message');
    return {
      ...view,
      messages: messages.length > 0 ? [...view.messages, ...messages].slice(-limit) : view.messages,
      incomplete: view.incomplete || items.some(({ type }) => type === 'gap' || type === 'reset'),
    };
  });
}

export interface StateView<S extends State = State> extends Held {
  /** Null while it is not known, and where there is none. */
  readonly state: S | null;
}

/** The state of a channel, always the newest. */
export function useChannelState<S extends State = State>(channel: string): StateView<S> {
  return useStore<StateView<S>>(channel, { state: true }, { ready: false, state: null }, (view, _, subscription) => ({
    ...view,
    state: subscription.state() as S | null,
  }));
}

export interface Device {
  readonly id: string;
  readonly state: State;
}

export interface DevicesView extends Held {
  /** By id. */
  readonly devices: readonly Device[];
  /** Changes a device by a merge patch; what comes of it is told as to everybody. */
  set(id: string, patch: { readonly [member: string]: Json }): Promise<Published>;
}

/** All devices, or those of a pattern such as `device:hall_*`, with their states. */
export function useDevices(pattern = 'device:*'): DevicesView {
  const client = useTidings();
  const view = useStore<Held & { readonly devices: readonly Device[] }>(
    pattern,
    { state: true },
    { ready: false, devices: [] },
    (before, _, subscription) => ({
      ...before,
      devices: [...subscription.states()]
        .map(([channel, state]) => ({ id: channel.slice(channel.indexOf(':') + 1), state }))
        .sort((a, b) => (a.id < b.id ? -1 : 1)),
    }),
  );
  return useMemo(() => ({ ...view, set: (id, patch) => client.patchState(`device:${id}`, patch) }), [view, client]);
}

/** Events come quicker than anybody can see: what comes within this time is one change of the view. */
const TOGETHER_MS = 16;

type Fold<V> = (view: V, items: readonly Item[], subscription: Subscription) => V;

/** A subscription that holds while a component uses it, as a view that `fold` makes of what it tells. */
function useStore<V extends Held>(channel: string, options: SubscribeOptions, empty: V, fold: Fold<V>): V {
  const client = useTidings();
  const key = JSON.stringify(options);
  // The options are what their text says; the fold is the same for the same hook.
  const store = useMemo(() => new Store(client, channel, JSON.parse(key) as SubscribeOptions, empty, fold), [client, channel, key]);
  return useSyncExternalStore(store.subscribe, store.get, store.get);
}

class Store<V extends Held> {
  #view: V;
  #items: Item[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly client: TidingsClient,
    private readonly channel: string,
    private readonly options: SubscribeOptions,
    empty: V,
    private readonly fold: Fold<V>,
  ) {
    this.#view = empty;
  }

  readonly get = (): V => this.#view;

  readonly subscribe = (changed: () => void): (() => void) => {
    const note = (item: Item) => {
      this.#items.push(item);
      this.#timer ??= setTimeout(show, TOGETHER_MS);
    };
    const show = () => {
      this.#timer = undefined;
      this.#view = this.fold(this.#view, this.#items.splice(0), subscription);
      changed();
    };
    const error = (failure: TidingsError) => {
      this.#view = { ...this.#view, error: failure };
      changed();
    };
    const subscription = this.client.subscribe(this.channel, this.options, {
      message: note,
      gap: note,
      reset: note,
      state: note,
      joined: note,
      left: note,
      error,
    });
    subscription.ready.then(
      () => {
        this.#view = { ...this.#view, ready: true };
        show();
      },
      () => {},
    );
    return () => {
      clearTimeout(this.#timer);
      this.#timer = undefined;
      subscription.unsubscribe();
    };
  };
}

import type { Message, State, TidingsClient } from '@tidings/client';
import { useEffect, useState } from 'preact/hooks';
import type { ChannelItem } from '../api.js';
import { useSession } from '../context.js';
import { ago, count, plural } from '../format.js';
import { useFrame, useTick } from '../frame.js';
import { useLoad } from '../load.js';
import { EventDetail, EventRows, type Entry } from '../parts/rows.js';
import { changesOf, Tree, type Changes } from '../parts/tree.js';
import { Badge, Empty, Problem, TextField } from '../parts/ui.js';
import { PublishHint } from '../parts/hint.js';
import { covers } from '../permits.js';
import { Ring } from '../ring.js';
import { go, link, route } from '../route.js';
import { useValue } from '../value.js';
import { words } from '../words.js';

const EVERY_MS = 3000;
const RECENT = 50;
const MOST_SHOWN = 500;

/** Which channels there are; of the chosen one its state, and what happens in it. */
export function Channels() {
  const session = useSession();
  const { rest: chosen } = useValue(route);
  const [find, setFind] = useState('');
  const caller = useValue(session.caller);
  const { data, error, loading, reload } = useLoad(
    () => session.api.all<ChannelItem>('channels'),
    [caller],
    EVERY_MS,
  );
  const items = data?.items ?? [];
  const found = items.filter(({ channel }) =>
    find.endsWith('*') ? covers(find, channel) : channel.toLowerCase().includes(find.toLowerCase()),
  );
  return (
    <div class={`master fill ${chosen ? 'chosen' : ''}`}>
      <section class="panel list" aria-label="Channels">
        <div class="toolbar">
          <TextField
            label="Find"
            class="grow mono"
            type="search"
            value={find}
            placeholder="name, or device:*"
            onText={setFind}
          />
        </div>
        <Problem text={error} again={reload} />
        <p class="status-line">
          <span>
            {found.length === items.length ? plural(items.length, 'channel') : `${count(found.length)} of ${count(items.length)}`}
          </span>
          {data && !data.complete && <span class="warn">there are more: find by name in the service’s API</span>}
        </p>
        {items.length === 0 && !loading && !error && (
          <Empty title="No channels yet">
            <p>A channel comes into being with its first event:</p>
            <PublishHint />
          </Empty>
        )}
        <ul class="names">
          {found.slice(0, MOST_SHOWN).map((item) => (
            <li key={item.channel}>
              <a href={link('channels', item.channel)} aria-current={item.channel === chosen ? 'true' : undefined}>
                <span class="name">
                  <ChannelName name={item.channel} />
                </span>
                {item.state && <Badge tone="quiet">state</Badge>}
                <span class="number" title="Newest offset">
                  {count(item.offset)}
                </span>
                <span class="number minor" title="Subscribers">
                  {item.subscribers > 0 ? `${count(item.subscribers)} on` : ''}
                </span>
              </a>
            </li>
          ))}
          {found.length > MOST_SHOWN && <li class="quiet">and {count(found.length - MOST_SHOWN)} more: find by name</li>}
        </ul>
      </section>
      {chosen ? (
        <ChannelPanel key={chosen} channel={chosen} item={items.find(({ channel }) => channel === chosen)} />
      ) : (
        <section class="panel detail-panel" aria-label="Channel">
          <Empty title="No channel chosen">
            <p>Choose one to see the state it holds and what happens in it.</p>
          </Empty>
        </section>
      )}
    </div>
  );
}

function ChannelName({ name }: { readonly name: string }) {
  const colon = name.indexOf(':') + 1;
  return (
    <>
      <span class="space">{name.slice(0, colon)}</span>
      {name.slice(colon)}
    </>
  );
}

/** What this panel knows of its channel; changed in place, since a thousand events may come between two frames. */
interface Known {
  state: State | null | undefined;
  changes: Changes;
  mark: number;
  readonly recent: Ring<Entry>;
  lastAt: number;
  stale: string | undefined;
  refused: string | undefined;
}

function ChannelPanel({ channel, item }: { readonly channel: string; readonly item: ChannelItem | undefined }) {
  const session = useSession();
  const redraw = useFrame();
  useTick(1000);
  const [selected, select] = useState<Message | undefined>(undefined);
  const [known] = useState<Known>(() => ({
    state: undefined,
    changes: new Map(),
    mark: 0,
    recent: new Ring(1000, 20_000_000),
    lastAt: 0,
    stale: undefined,
    refused: undefined,
  }));
  useEffect(() => follow(session.client, channel, known, redraw), [session.client, channel]);
  return (
    <section class="panel detail-panel" aria-labelledby="channel-name">
      <div class="panel-head">
        <a class="button icon back" href={link('channels')} aria-label="Back to all channels" title="Back">
          ←
        </a>
        <h2 id="channel-name" class="mono">
          {channel}
        </h2>
        <div class="actions">
          <a class="button small" href={link('trends', channel)}>
            Trends
          </a>
          <a class="button small" href={link('publish', channel)}>
            Publish
          </a>
          <a class="button small" href={link('presence', channel)}>
            Presence
          </a>
        </div>
      </div>
      <Problem text={known.refused} />
      {known.stale !== undefined && <p class="said warn">Nothing is heard of it: {known.stale}.</p>}
      <dl class="facts wide">
        <div>
          <dt>Offset</dt>
          <dd>{item ? count(item.offset) : '–'}</dd>
        </div>
        <div>
          <dt>Last event</dt>
          <dd>{known.lastAt > 0 ? ago(known.lastAt) : '–'}</dd>
        </div>
        <div>
          <dt>Subscribers</dt>
          <dd>{item ? count(item.subscribers) : '–'}</dd>
        </div>
      </dl>
      <h3>State</h3>
      {known.state ? (
        <>
          <Tree label={`State of ${channel}`} value={known.state} changes={known.changes} mark={known.mark} />
          <p class="actions start">
            <button type="button" class="small" onClick={() => go(link('publish', channel, { state: '1' }))}>
              Change state
            </button>
          </p>
        </>
      ) : (
        <p class="quiet pad">{known.state === null ? 'This channel holds no state.' : 'Asking for it …'}</p>
      )}
      <h3>
        Events <span class="note">{known.recent.size > 0 ? `newest ${count(known.recent.size)}, live` : ''}</span>
      </h3>
      {selected && <EventDetail event={selected} onClose={() => select(undefined)} />}
      {known.recent.size === 0 ? (
        <p class="quiet pad">None is retained.</p>
      ) : (
        <EventRows
          size={known.recent.size}
          entryAt={(index) => known.recent.newest(index)}
          selected={selected}
          withChannel={false}
          label={`Events of ${channel}, newest first`}
          onSelect={(entry) => select(entry === selected ? undefined : entry)}
        />
      )}
    </section>
  );
}

function follow(client: TidingsClient, channel: string, known: Known, redraw: () => void) {
  const missed = (text: string) => {
    known.recent.push({ type: 'missed', timestamp: Date.now(), text });
    redraw();
  };
  const subscription = client.subscribe(
    channel,
    { state: true, since: { last: RECENT } },
    {
      message: (message) => {
        known.recent.push(message, 200);
        known.lastAt = Math.max(known.lastAt, message.timestamp);
        if (message.event === 'state.changed') {
          known.changes = changesOf(message.payload);
          known.mark = message.offset;
        }
        noteStaleness(known, message);
        known.state = subscription.state();
        redraw();
      },
      state: () => {
        known.state = subscription.state();
        redraw();
      },
      gap: ({ from, to }) => missed(`${plural(to - from + 1, 'event')} missed (${from} to ${to}): the service dropped them.`),
      reset: () => {
        known.changes = new Map();
        known.state = subscription.state();
        missed('Some events were missed: the service no longer has all of them.');
      },
      error: (error) => {
        known.refused = words(error);
        known.state = null;
        redraw();
      },
    },
  );
  void subscription.ready.then(
    () => {
      known.state ??= subscription.state();
      redraw();
    },
    () => {},
  );
  return () => subscription.unsubscribe();
}

function noteStaleness(known: Known, { event, payload }: Message): void {
  if (event === 'state.stale') {
    const { reason } = (payload ?? {}) as { readonly reason?: string };
    known.stale = reason ?? 'its source is silent';
  } else {
    known.stale = undefined;
  }
}

/** The state of a channel as it is now; undefined where there is none or it may not be seen. */
export async function stateOf(client: TidingsClient, channel: string): Promise<State | undefined> {
  const states = await client.state(channel).catch(() => []);
  return states[0]?.data;
}

import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Message } from '@tidings/client';
import { useSession } from '../context.js';
import type { ChannelItem } from '../api.js';
import { Follower } from '../follower.js';
import { count, plural, short } from '../format.js';
import { useFrame, useTick } from '../frame.js';
import { useLoad } from '../load.js';
import { ConditionBuilder, draftOf, filterOf, NO_ROWS } from '../parts/filter.js';
import { EventDetail, EventRows } from '../parts/rows.js';
import { Empty, Problem, TextField } from '../parts/ui.js';
import { MOST_TARGETS, targets } from '../permits.js';
import { useValue } from '../value.js';
import { words } from '../words.js';
import { PublishHint } from '../parts/hint.js';
import { StreamModel } from './stream-model.js';

const model = new StreamModel();
const GATHER_MS = 300;

/** Live events of everything the caller may see, or of what is asked for. */
export function Stream() {
  const session = useSession();
  const caller = useValue(session.caller);
  const redraw = useFrame();
  useTick(1000);
  model.belongTo(`${caller?.subject}@${caller?.tenant}`);
  const [channels, setChannels] = useState(model.channels);
  const [events, setEvents] = useState(model.events);
  const [draft, setDraft] = useState(() => draftOf(model.filter?.where) ?? NO_ROWS);
  const [open, setOpen] = useState(model.filter !== undefined);
  const [selected, select] = useState<Message | undefined>(undefined);
  const [refused, refuse] = useState<string | undefined>(undefined);
  const list = useLoad(() => session.api.all<ChannelItem>('channels'), [caller], 5000);
  const names = useMemo(() => (list.data?.items ?? []).map(({ channel }) => channel), [list.data]);
  const asked = useSettled(channels);
  const filter = useSettled(JSON.stringify(filterOf(events, draft)));
  const wanted = asked.split(/[\s,]+/).filter(Boolean);
  const all = wanted.length > 0 ? wanted : targets(caller, names);
  const follower = useMemo(
    () =>
      new Follower(
        session.client,
        {
          message: (message) => {
            model.hear(message);
            redraw();
          },
          gap: ({ channel, from, to }) => {
            model.miss(`${plural(to - from + 1, 'event')} of ${channel} missed (${from} to ${to}): the service dropped them.`);
            redraw();
          },
          reset: ({ channel }) => {
            model.miss(`Some events of ${channel} were missed: the service no longer has all of them.`);
            redraw();
          },
        },
        (target, error) => refuse(`No events of ${target}: ${words(error)}`),
      ),
    [session.client, filter],
  );
  useEffect(() => {
    model.channels = asked;
    model.events = events;
    model.filter = filter === undefined ? undefined : JSON.parse(filter);
    // Until it is known what there is, everything would be told to have begun before this view.
    if (wanted.length > 0 || list.data) {
      refuse(undefined);
      model.ask(`${asked}\n${filter}`, GATHER_MS, redraw);
      follower.follow(all.slice(0, MOST_TARGETS), (target) => ({
        since: model.since(target),
        ...(model.filter && { filter: model.filter }),
      }));
    }
  }, [follower, all.join(), asked, list.data !== undefined]);
  useEffect(() => () => follower.stop(), [follower]);

  const held = model.held !== undefined;
  const reading = () => {
    if (!model.held) {
      model.hold();
      redraw();
    }
  };
  return (
    <div class="stream fill">
      <div class="toolbar" role="search" aria-label="Which events">
        <TextField
          label="Channels"
          class="grow mono"
          value={channels}
          suggestions={names}
          placeholder="all that you may see, or device:*, agent:42"
          onText={setChannels}
        />
        <TextField label="Types" class="mono" value={events} placeholder="any, or state.*" onText={setEvents} />
        <div class="actions">
          <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
            Filter{draft.rows.length > 0 ? ` (${draft.rows.length})` : ''}
          </button>
          <button
            type="button"
            class={held ? 'primary' : ''}
            aria-pressed={held}
            onClick={() => {
              held ? model.release() : model.hold();
              redraw();
            }}
          >
            {held ? `Go on${model.waiting > 0 ? ` (${count(model.waiting)} new)` : ''}` : 'Pause'}
          </button>
          <button
            type="button"
            onClick={() => {
              model.empty();
              select(undefined);
              redraw();
            }}
          >
            Clear
          </button>
        </div>
      </div>
      {open && (
        <div class="drawer">
          <ConditionBuilder draft={draft} fields={model.fields()} add="Add condition" onDraft={setDraft} />
          <p class="hint">The service filters: only events that fit are sent. Fields are JSON Pointers into the event.</p>
        </div>
      )}
      <Problem text={refused ?? list.error} />
      <p class="status-line">
        <span>
          <b>{short(model.rate)}</b> events/s
        </span>
        <span>
          <b>{count(model.total)}</b> heard
        </span>
        <span>{plural(Math.min(all.length, MOST_TARGETS), 'subscription')}</span>
        {all.length > MOST_TARGETS && <span class="warn">{all.length - MOST_TARGETS} more are not followed: name channels</span>}
        {held && <span class="warn">held still, events keep coming in</span>}
      </p>
      <div class={`split ${selected ? 'open' : ''}`}>
        {model.size === 0 && (model.gathering || list.loading) ? (
          <p class="quiet pad">Asking for what came lately …</p>
        ) : model.size === 0 ? (
          <Empty title="No events yet">
            <p>They appear here as they come. Publish one to see how:</p>
            <PublishHint />
          </Empty>
        ) : (
          <EventRows
            live={!held}
            size={model.size}
            entryAt={(index) => model.entryAt(index)}
            selected={selected}
            withChannel
            label="Events, newest first"
            onSelect={(entry) => {
              reading();
              select(entry === selected ? undefined : entry);
            }}
            onReading={reading}
          />
        )}
        {selected && <EventDetail event={selected} onClose={() => select(undefined)} />}
      </div>
    </div>
  );
}

/** The value once nobody has changed it for a moment: nothing is asked for at every key. */
function useSettled<T>(value: T, ms = 400): T {
  const [settled, settle] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => settle(value), ms);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

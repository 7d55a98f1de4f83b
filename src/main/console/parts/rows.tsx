import type { Message } from '@tidings/client';
import { useEffect, useRef, useState } from 'preact/hooks';
import { clock, count, moment } from '../format.js';
import { isMembers, pretty, preview } from '../json.js';
import { link } from '../route.js';
import { changesOf } from './tree.js';

/** Events that did not come, and why. */
export interface Missed {
  readonly type: 'missed';
  readonly timestamp: number;
  readonly text: string;
}

export type Entry = Message | Missed;

const SPARE = 6;
const PHONE = matchMedia('(max-width: 720px)');

/**
 * A long list of events, of which only those in sight are in the page. `entryAt(0)` is at the top. The caller of a live list holds
 * it still when `onReading` says that somebody reads further down.
 */
export function EventRows(props: {
  readonly size: number;
  entryAt(index: number): Entry | undefined;
  readonly selected: Entry | undefined;
  readonly withChannel: boolean;
  /** New ones come in at the top, where the list stays then. */
  readonly live?: boolean;
  readonly label: string;
  onSelect(entry: Message): void;
  onReading?(): void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const rowHeight = PHONE.matches && props.withChannel ? 50 : 30;
  useEffect(() => {
    const watcher = new ResizeObserver(([entry]) => setHeight(entry!.contentRect.height));
    watcher.observe(place.current!);
    return () => watcher.disconnect();
  }, []);
  useEffect(() => {
    if (props.live) {
      place.current!.scrollTop = 0;
    }
  }, [props.live]);
  const first = Math.max(0, Math.floor(top / rowHeight) - SPARE);
  const last = Math.min(props.size, Math.ceil((top + height) / rowHeight) + SPARE);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const line = (event.target as HTMLElement).closest('li');
    const next = step === 1 ? line?.nextElementSibling : step === -1 ? line?.previousElementSibling : null;
    if (next) {
      event.preventDefault();
      next.querySelector<HTMLElement>('button')?.focus();
    }
  };
  return (
    <div
      class="rows"
      ref={place}
      onScroll={(event) => {
        const { scrollTop } = event.currentTarget;
        if (scrollTop > rowHeight) {
          props.onReading?.();
        }
        setTop(scrollTop);
      }}
    >
      <ol aria-label={props.label} style={{ height: props.size * rowHeight }} onKeyDown={move}>
        {Array.from({ length: Math.max(0, last - first) }, (_, i) => {
          const index = first + i;
          const entry = props.entryAt(index);
          return (
            entry && (
              <li key={i} style={{ top: index * rowHeight, height: rowHeight }} aria-setsize={props.size} aria-posinset={index + 1}>
                {entry.type === 'missed' ? (
                  <MissedRow entry={entry} />
                ) : (
                  <EventRow {...props} entry={entry} chosen={entry === props.selected} />
                )}
              </li>
            )
          );
        })}
      </ol>
    </div>
  );
}

function MissedRow({ entry }: { readonly entry: Missed }) {
  return (
    <div class="row missed" title={entry.text}>
      <span class="row-time">{clock(entry.timestamp, true)}</span>
      <span class="row-text">{entry.text}</span>
    </div>
  );
}

function EventRow(props: {
  readonly entry: Message;
  readonly chosen: boolean;
  readonly withChannel: boolean;
  onSelect(entry: Message): void;
  onReading?(): void;
}) {
  const { entry } = props;
  return (
    <button
      type="button"
      class={`row ${props.withChannel ? '' : 'of-channel'}`}
      aria-pressed={props.chosen}
      onClick={() => props.onSelect(entry)}
      onFocus={(event) => event.currentTarget.matches(':focus-visible') && props.onReading?.()}
    >
      <span class="row-time">{clock(entry.timestamp, true)}</span>
      {props.withChannel ? (
        <span class="row-channel">{entry.channel}</span>
      ) : (
        <span class="row-offset">#{count(entry.offset)}</span>
      )}
      <span class="row-event">{entry.event}</span>
      <span class="row-payload">{gist(entry)}</span>
    </button>
  );
}

// Of a change of state the line has room for what it is now; what it was is told with the whole event.
function gist({ event, payload }: Message): string {
  return preview(event === 'state.changed' && isMembers(payload) ? (payload['patch'] ?? payload) : payload, 220);
}

/** Everything about one event. */
export function EventDetail({ event, onClose }: { readonly event: Message; onClose(): void }) {
  const changes = event.event === 'state.changed' ? [...changesOf(event.payload)] : [];
  const patch = isMembers(event.payload) ? event.payload['patch'] : undefined;
  return (
    <section class="detail" aria-label="Selected event">
      <div class="panel-head">
        <h2 class="mono">{event.event}</h2>
        <div class="actions">
          <button type="button" class="icon" aria-label="Close event" title="Close" onClick={onClose}>
            ✕
          </button>
        </div>
      </div>
      <dl class="facts">
        <div>
          <dt>Channel</dt>
          <dd class="mono">
            <a href={link('channels', event.channel)}>{event.channel}</a>
          </dd>
        </div>
        <div>
          <dt>Offset</dt>
          <dd>{count(event.offset)}</dd>
        </div>
        <div>
          <dt>At</dt>
          <dd>
            {moment(event.timestamp)}.{String(event.timestamp % 1000).padStart(3, '0')}
          </dd>
        </div>
        <div>
          <dt>Id</dt>
          <dd class="mono">{event.id}</dd>
        </div>
        {event.cause !== undefined && (
          <div>
            <dt>Cause</dt>
            <dd class="mono">{event.cause}</dd>
          </div>
        )}
        {event.conflated ? (
          <div>
            <dt>Stands for</dt>
            <dd>{count(event.conflated)} earlier changes</dd>
          </div>
        ) : null}
      </dl>
      {changes.length > 0 && (
        <ul class="diff" aria-label="What changed">
          {changes.slice(0, 100).map(([path, before]) => (
            <li key={path}>
              <span class="key">{path.slice(1)}</span>
              {before !== null && <del>{preview(before, 120)}</del>}
              <ins>{preview(valueAt(patch, path), 120)}</ins>
            </li>
          ))}
        </ul>
      )}
      <pre class="payload">{pretty(event.payload)}</pre>
    </section>
  );
}

function valueAt(value: unknown, path: string): unknown {
  return path
    .split('/')
    .slice(1)
    .reduce<unknown>(
      (found, part) => (isMembers(found) ? found[part.replaceAll('~1', '/').replaceAll('~0', '~')] : undefined),
      value,
    );
}

import type { Message } from '@tidings/client';
import { useEffect, useState } from 'preact/hooks';
import { segment } from '../api.js';
import { useSession } from '../context.js';
import { clock, count, plural, short } from '../format.js';
import { useFrame } from '../frame.js';
import { at, leaves } from '../json.js';
import { useLoad } from '../load.js';
import { ChannelField, useChannelNames } from '../parts/channel-field.js';
import { Chart, type Line } from '../parts/chart.js';
import { Choice, Empty, Problem, TextField } from '../parts/ui.js';
import { go, link, route } from '../route.js';
import { useValue } from '../value.js';
import { words } from '../words.js';
import { stateOf } from './channels.js';

const POINTS = 300;
const MOST_LIVE = 20_000;
const SPANS: readonly (readonly [value: string, text: string])[] = [
  ['60000', '1 min'],
  ['300000', '5 min'],
  ['3600000', '1 h'],
  ['86400000', '1 d'],
  ['0', 'All'],
];

interface Bucket {
  readonly t: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly last: number;
  readonly count: number;
}

interface Trend {
  readonly from: number;
  readonly to: number;
  readonly points: readonly Bucket[];
  readonly epoch: string;
  readonly offset: number;
}

/** How a number in a channel has gone, and goes on. */
export function Trends() {
  const { rest, query } = useValue(route);
  const { client } = useSession();
  const names = useChannelNames();
  const [channel, setChannel] = useState(rest);
  const [field, setField] = useState(query.get('field') ?? '');
  const [fields, setFields] = useState<readonly string[]>([]);
  useEffect(() => {
    setChannel(rest);
    setField(query.get('field') ?? '');
  }, [rest, query.get('field')]);
  // The numbers in a channel's state are what one wants to see first.
  useEffect(() => {
    let current = true;
    setFields([]);
    if (names.includes(channel)) {
      void stateOf(client, channel).then((state) => {
        const numbers = leaves(state).filter(([, value]) => typeof value === 'number');
        if (current) {
          setFields(numbers.map(([path]) => `/state${path}`));
        }
      });
    }
    return () => {
      current = false;
    };
  }, [channel, names.includes(channel)]);
  const show = (wanted: string) => go(link('trends', channel.trim(), { field: wanted.trim() }));
  const shown = query.get('field') ?? '';
  return (
    <>
      <form
        class="toolbar"
        onSubmit={(event) => {
          event.preventDefault();
          show(field || (fields[0] ?? ''));
        }}
      >
        <ChannelField value={channel} names={names} placeholder="device:motor_01" onText={setChannel} />
        <TextField
          label="Field"
          class="grow mono"
          value={field}
          suggestions={fields}
          placeholder={fields[0] ?? '/state/speed, /payload/speed'}
          onText={setField}
        />
        <button class="primary" type="submit">
          Show
        </button>
      </form>
      {fields.length > 0 && (
        <div class="zoom" role="group" aria-label="Numbers in its state">
          {fields.slice(0, 12).map((each) => (
            <button key={each} type="button" class="small mono" aria-pressed={each === shown} onClick={() => show(each)}>
              {each.replace('/state/', '')}
            </button>
          ))}
        </div>
      )}
      {rest && shown ? (
        <Course key={`${rest} ${shown}`} channel={rest} field={shown} />
      ) : (
        <Empty title="Which number?">
          <p>
            Name a channel and where the number is: <span class="mono">/state/speed</span> for what is in its state,{' '}
            <span class="mono">/payload/speed</span> for what is in its events. Drag over the chart to look closer.
          </p>
        </Empty>
      )}
    </>
  );
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

function Course({ channel, field }: { readonly channel: string; readonly field: string }) {
  const { api, client } = useSession();
  const redraw = useFrame(100);
  const [span, setSpan] = useState('300000');
  const [zoomed, zoom] = useState<Stretch | undefined>(undefined);
  const [live] = useState<{ points: [number, number][]; refused: string | undefined }>(() => ({
    points: [],
    refused: undefined,
  }));
  const { data, error, loading, reload, reloadSoon } = useLoad(async () => {
    const asked = zoomed
      ? { from: Math.floor(zoomed.from), to: Math.ceil(zoomed.to) }
      : span === '0'
        ? {}
        : { from: Date.now() - Number(span) };
    return api.get<Trend>(`channels/${segment(channel)}/trend`, { field, points: POINTS, ...asked });
  }, [channel, field, span, zoomed]);
  // What is in the trend ends at a place in the channel, and what comes live begins there: nothing is missing or there twice.
  useEffect(() => {
    if (!data) {
      return undefined;
    }
    live.points = [];
    live.refused = undefined;
    const { epoch, offset } = data;
    const subscription = client.subscribe(
      channel,
      { since: { epoch, offset } },
      {
        message: (message) => {
          const value = valueIn(message, field);
          if (value !== undefined) {
            live.points.push([message.timestamp, value]);
            if (live.points.length > MOST_LIVE) {
              live.points.splice(0, MOST_LIVE / 10);
            }
            redraw();
          }
        },
        reset: reloadSoon,
        gap: reloadSoon,
        error: (problem) => {
          live.refused = words(problem);
          redraw();
        },
      },
    );
    return () => subscription.unsubscribe();
  }, [data, channel, field]);
  const stretch = zoomed ?? window(data, live.points, Number(span));
  // An unzoomed chart moves on with the time.
  useEffect(() => {
    if (zoomed) {
      return undefined;
    }
    const timer = setInterval(redraw, 1000);
    return () => clearInterval(timer);
  }, [zoomed]);
  const { from, to } = stretch;
  const scale = (factor: number, shift = 0) => {
    const middle = (from + to) / 2 + shift * (to - from);
    const half = ((to - from) / 2) * factor;
    zoom({ from: middle - Math.max(half, 50), to: middle + Math.max(half, 50) });
  };
  const line = lineOf(field, data, live.points);
  const values = line.points.filter(([t]) => t >= from && t <= to);
  return (
    <section class="panel" aria-label={`${field} of ${channel}`}>
      <div class="panel-head">
        <h2 class="mono">{field}</h2>
        <a class="note mono" href={link('channels', channel)}>
          {channel}
        </a>
        <div class="actions">
          {zoomed && (
            <button type="button" class="small primary" onClick={() => zoom(undefined)}>
              Back to live
            </button>
          )}
          <Choice
            label="How far back"
            value={zoomed ? '' : span}
            options={SPANS}
            onPick={(wanted) => {
              zoom(undefined);
              setSpan(wanted);
            }}
          />
          <div class="zoom" role="group" aria-label="Zoom">
            <button type="button" class="icon" aria-label="Earlier" title="Earlier" onClick={() => scale(1, -0.5)}>
              ←
            </button>
            <button type="button" class="icon" aria-label="Closer" title="Closer" onClick={() => scale(0.5)}>
              +
            </button>
            <button type="button" class="icon" aria-label="Wider" title="Wider" onClick={() => scale(2)}>
              −
            </button>
            <button type="button" class="icon" aria-label="Later" title="Later" onClick={() => scale(1, 0.5)}>
              →
            </button>
          </div>
        </div>
      </div>
      <Problem text={error ?? live.refused} again={reload} />
      {values.length === 0 && !loading ? (
        <Empty title="No numbers here">
          <p>
            In this time no event of <span class="mono">{channel}</span> has a number at <span class="mono">{field}</span>. What comes
            from now on appears by itself.
          </p>
        </Empty>
      ) : (
        <Chart
          label={`${field} of ${channel}`}
          lines={[line]}
          from={from}
          to={to}
          height={340}
          format={short}
          fit
          onZoom={(begin, end) => zoom({ from: begin, to: end })}
        />
      )}
      <p class="status-line pad">
        <span>{plural(values.length, 'point')}</span>
        {live.points.length > 0 && <span>{count(live.points.length)} of them came live</span>}
        {values.length > 0 && (
          <span>
            now <b>{short(values.at(-1)![1])}</b>
          </span>
        )}
      </p>
      <details class="pad">
        <summary>As a table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col" class="number">
                Value
              </th>
            </tr>
          </thead>
          <tbody>
            {values.slice(-100).map(([t, value], i) => (
              <tr key={i}>
                <td>{clock(t, true)}</td>
                <td class="number">{short(value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

function window(data: Trend | undefined, live: readonly (readonly [number, number])[], span: number): Stretch {
  const to = Math.max(Date.now(), live.at(-1)?.[0] ?? 0);
  const oldest = data?.points[0]?.t ?? live[0]?.[0] ?? to - 60_000;
  return { from: span > 0 ? to - span : Math.min(oldest, to - 1000), to };
}

function lineOf(name: string, data: Trend | undefined, live: readonly [number, number][]): Line {
  const points = data?.points ?? [];
  // A bucket's values lie in it, not at its beginning.
  const half = points.length > 0 && data ? (data.to - data.from) / POINTS / 2 : 0;
  return {
    name,
    points: [...points.map(({ t, mean, last, count: n }): [number, number] => [t + half, n === 1 ? last : mean]), ...live],
    band: points.some(({ min, max }) => min !== max) ? points.map(({ t, min, max }) => [t + half, min, max] as const) : [],
  };
}

/** The number that a trend of this field takes of an event. */
function valueIn(message: Message, field: string): number | undefined {
  const path = field.startsWith('/state/') ? `/payload/patch${field.slice('/state'.length)}` : field;
  if (field.startsWith('/state/') && message.event !== 'state.changed') {
    return undefined;
  }
  const value = at(message, path);
  return typeof value === 'number' ? value : undefined;
}

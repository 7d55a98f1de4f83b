import { useEffect, useMemo } from 'preact/hooks';
import type { Api } from '../api.js';
import { useSession } from '../context.js';
import { bytes, count, duration, short } from '../format.js';
import { useFrame } from '../frame.js';
import { Metrics } from '../metrics.js';
import { Chart, Legend, type Line, type Point } from '../parts/chart.js';
import { Badge, Empty, Panel, Problem } from '../parts/ui.js';
import { link } from '../route.js';
import { words } from '../words.js';

const EVERY_MS = 2000;
const WINDOW_MS = 3 * 60_000;
const GAP_MS = 3 * EVERY_MS;

type Name = 'connections' | 'in' | 'out' | 'p50' | 'p99' | 'stored' | 'lag' | 'behind' | 'queued';

/** What the overview has seen of the service's metrics; kept while the reader looks at other views. */
class Watch {
  readonly series = new Map<Name, Point[]>();
  latest: Metrics | undefined;
  error: string | undefined;
  #before: Metrics | undefined;

  async look(api: Api): Promise<void> {
    try {
      this.#before = this.latest;
      this.latest = new Metrics(Date.now(), await api.text('q/metrics'));
      this.error = undefined;
      this.#take(this.latest, this.#before);
    } catch (error) {
      this.error = words(error);
    }
  }

  points(name: Name): readonly Point[] {
    return this.series.get(name) ?? [];
  }

  now(name: Name): number | undefined {
    return this.points(name).at(-1)?.[1];
  }

  #take(now: Metrics, before: Metrics | undefined): void {
    this.#add('connections', now.at, now.sum('tidings_connections_open'));
    this.#add('lag', now.at, 1000 * now.max('tidings_log_lag_seconds'));
    this.#add('behind', now.at, now.max('tidings_lag_max'));
    this.#add('queued', now.at, now.sum('tidings_queued_bytes'));
    // After a pause the rate of all that time would stand for a moment.
    if (before && now.at - before.at < GAP_MS) {
      this.#add('in', now.at, now.rate('tidings_publish_seconds_count', before));
      this.#add('out', now.at, now.rate('tidings_messages_out_total', before));
      this.#add('p50', now.at, now.quantile('tidings_delivery_seconds', 0.5, before));
      this.#add('p99', now.at, now.quantile('tidings_delivery_seconds', 0.99, before));
      this.#add('stored', now.at, now.quantile('tidings_publish_seconds', 0.99, before));
    }
  }

  #add(name: Name, at: number, value: number | undefined): void {
    if (value !== undefined) {
      const old = this.series.get(name)?.filter(([t]) => t > at - WINDOW_MS - GAP_MS) ?? [];
      this.series.set(name, [...old, [at, value]]);
    }
  }
}

const watch = new Watch();

/** How the service is doing, from its own metrics. */
export function Overview() {
  const { api } = useSession();
  const redraw = useFrame();
  useEffect(() => {
    const look = () => {
      if (document.visibilityState === 'visible') {
        void watch.look(api).then(redraw);
      }
    };
    look();
    const timer = setInterval(look, EVERY_MS);
    return () => clearInterval(timer);
  }, [api]);
  const { latest } = watch;
  if (!latest) {
    return watch.error ? (
      <>
        <Problem text={`The service’s metrics cannot be read: ${watch.error}`} />
        <Empty title="Nothing to draw">
          <p>
            The figures come from <span class="mono">/q/metrics</span>. A proxy in front of the service may keep it from you;{' '}
            <a href={link('stream')}>events</a> and <a href={link('channels')}>channels</a> do not need it.
          </p>
        </Empty>
      </>
    ) : (
      <p class="quiet pad">Reading the service’s metrics …</p>
    );
  }
  const figure = (name: Name, format: (value: number) => string) => {
    const value = watch.now(name);
    return value === undefined ? '–' : format(value);
  };
  return (
    <div class="overview">
      <Problem text={watch.error && `The figures stand still: ${watch.error}`} />
      <dl class="tiles">
        <Tile name="Connections" value={figure('connections', count)} note={transports(latest)} />
        <Tile name="Events in" value={figure('in', short)} note="a second" />
        <Tile name="Events out" value={figure('out', short)} note="a second, to all connections" />
        <Tile name="Delivery, p99" value={figure('p99', duration)} note={`median ${figure('p50', duration)}`} />
        <Tile name="Alerts raised" value={count(latest.sum('tidings_alerts_raised'))} note={`${count(latest.sum('tidings_alert_rules'))} rules`} />
      </dl>
      <div class="charts">
        <Moving title="Events a second" format={short} least={4} lines={{ in: 'in', out: 'out' }} />
        <Moving title="Latency" format={duration} least={1} lines={{ p50: 'delivery, median', p99: 'delivery, p99', stored: 'stored, p99' }} />
        <Moving title="Connections" format={short} least={4} lines={{ connections: 'open' }} />
        <Moving title="Lag" format={duration} least={10} lines={{ lag: 'log, slowest shard' }} note={lagNote(latest)} />
      </div>
      <Troubles metrics={latest} />
    </div>
  );
}

function Tile(props: { readonly name: string; readonly value: string; readonly note: string }) {
  return (
    <div class="tile">
      <dt>{props.name}</dt>
      <dd>
        <b>{props.value}</b>
        <span>{props.note}</span>
      </dd>
    </div>
  );
}

function Moving(props: {
  readonly title: string;
  readonly lines: Partial<Record<Name, string>>;
  readonly note?: string;
  readonly least: number;
  format(value: number): string;
}) {
  const to = watch.latest!.at;
  const names = Object.values(props.lines);
  const lines = useMemo<Line[]>(
    () => Object.entries(props.lines).map(([name, said]) => ({ name: said, points: watch.points(name as Name) })),
    [to],
  );
  return (
    <Panel title={props.title} note={names.length > 1 ? <Legend names={names} /> : (props.note ?? names[0])}>
      <Chart label={props.title} lines={lines} from={to - WINDOW_MS} to={to} height={168} gapMs={GAP_MS} least={props.least} format={props.format} />
    </Panel>
  );
}

function transports(metrics: Metrics): string {
  const open = metrics.all('tidings_connections_open').filter(({ value }) => value > 0);
  return open.map(({ labels, value }) => `${count(value)} ${(labels['transport'] ?? '').replace('_', ' ')}`).join(', ') || 'none open';
}

function lagNote(metrics: Metrics): string {
  const behind = metrics.sum('tidings_connections_behind');
  const queued = metrics.sum('tidings_queued_bytes');
  return `${count(behind)} ${behind === 1 ? 'connection' : 'connections'} behind, ${bytes(queued)} waiting`;
}

/** What went wrong since the start of the instance that answers here. */
function Troubles({ metrics }: { readonly metrics: Metrics }) {
  const limits = metrics.all('tidings_limit_hits_total').filter(({ value }) => value > 0);
  const rows: [string, number, string][] = [
    ['Connections ended because they were too slow', metrics.sum('tidings_slow_consumers_total'), 'see “Connections”, and slow-consumer in the configuration'],
    ['Connections left behind and served from history', metrics.sum('tidings_falls_behind_total'), 'nothing is lost, unless history ends before they are back'],
    ...limits.map(({ labels, value }): [string, number, string] => [
      `Limit reached: ${labels['limit'] ?? 'unknown'}`,
      value,
      'a client asks for more than tidings.limits allows',
    ]),
    ['Webhooks of alerts given up', metrics.all('tidings_alert_webhooks_total').find(({ labels }) => labels['outcome'] === 'given_up')?.value ?? 0, 'the receiver did not take them'],
    ...metrics
      .all('tidings_poller_runs_total')
      .filter(({ labels, value }) => labels['outcome'] === 'failed' && value > 0)
      .map(({ labels, value }): [string, number, string] => [`Poller ${labels['poller'] ?? ''} failed`, value, 'its source cannot be reached, or answers nonsense']),
  ];
  const told = rows.filter(([, value]) => value > 0);
  return (
    <Panel title="Since the start" note="of the instance that answers here">
      {told.length === 0 ? (
        <p class="pad">
          <Badge tone="good">all well</Badge> No limit was reached, nobody was too slow, no poller failed.
        </p>
      ) : (
        <table>
          <thead>
            <tr>
              <th scope="col">What happened</th>
              <th scope="col" class="number">
                Times
              </th>
              <th scope="col">Meaning</th>
            </tr>
          </thead>
          <tbody>
            {told.map(([what, value, meaning]) => (
              <tr key={what}>
                <td>{what}</td>
                <td class="number">{count(value)}</td>
                <td class="quiet">{meaning}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

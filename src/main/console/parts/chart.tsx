import { useEffect, useRef, useState } from 'preact/hooks';
import { clock } from '../format.js';

export type Point = readonly [t: number, value: number];

export interface Line {
  readonly name: string;
  /** In the order of time. */
  readonly points: readonly Point[];
  /** From the smallest to the largest value around each point, drawn as a band behind the line. */
  readonly band?: readonly (readonly [t: number, low: number, high: number])[];
}

export interface ChartProps {
  /** What is shown, for those who cannot see it. */
  readonly label: string;
  readonly lines: readonly Line[];
  readonly from: number;
  readonly to: number;
  readonly height: number;
  format(value: number): string;
  /** Values begin at zero unless this says otherwise. */
  readonly fit?: boolean;
  /** The highest value on the scale is at least this. */
  readonly least?: number;
  /** Points further apart than this are not joined: nothing is known between them. */
  readonly gapMs?: number;
  /** A stretch of time was marked with the pointer. */
  onZoom?(from: number, to: number): void;
}

const LEFT = 54;
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 20;

/** Lines over time. */
export function Chart(props: ChartProps) {
  const { lines, from, to, height, format } = props;
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const [hover, setHover] = useState<number | undefined>(undefined);
  const [drag, setDrag] = useState<number | undefined>(undefined);
  const [low, high] = bounds(props);
  const ticks = steps(low, high, height < 130 ? 2 : 4);
  const bottom = ticks[0]!;
  const top = ticks.at(-1)!;
  const x = (t: number) => LEFT + ((t - from) / Math.max(1, to - from)) * (width - LEFT - RIGHT);
  const y = (value: number) => TOP + (1 - (value - bottom) / (top - bottom)) * (height - TOP - BOTTOM);
  const timeAt = (event: PointerEvent) => {
    const box = place.current!.getBoundingClientRect();
    const share = (event.clientX - box.left - LEFT) / (width - LEFT - RIGHT);
    return from + Math.min(1, Math.max(0, share)) * (to - from);
  };
  const near = hover === undefined ? [] : lines.map((line) => nearest(line.points, hover, (to - from) / 20));
  return (
    <div class="chart" ref={place}>
      {width > 0 && (
        <svg
          width={width}
          height={height}
          role="img"
          aria-label={summary(props)}
          class={props.onZoom ? 'zooms' : ''}
          onPointerMove={(event) => setHover(timeAt(event))}
          onPointerLeave={() => setHover(undefined)}
          onPointerDown={(event) => {
            if (props.onZoom && event.button === 0) {
              event.currentTarget.setPointerCapture(event.pointerId);
              setDrag(timeAt(event));
            }
          }}
          onPointerUp={(event) => {
            if (drag !== undefined) {
              const end = timeAt(event);
              setDrag(undefined);
              if (Math.abs(x(end) - x(drag)) > 6) {
                props.onZoom?.(Math.min(drag, end), Math.max(drag, end));
              }
            }
          }}
          onPointerCancel={() => setDrag(undefined)}
        >
          {ticks.map((tick) => (
            <g key={tick}>
              <line class={tick === 0 ? 'grid zero' : 'grid'} x1={LEFT} x2={width - RIGHT} y1={y(tick)} y2={y(tick)} />
              <text class="tick" x={LEFT - 8} y={y(tick) + 4} text-anchor="end">
                {format(tick)}
              </text>
            </g>
          ))}
          {times(from, to, width).map((t, i, all) => (
            <text
              key={i}
              class="tick"
              x={x(t)}
              y={height - 4}
              text-anchor={i === 0 ? 'start' : i === all.length - 1 ? 'end' : 'middle'}
            >
              {clock(t)}
            </text>
          ))}
          {lines.map((line, i) => (
            <g key={line.name} class={`line-${i}`}>
              {line.band && <path class="band" d={bandPath(line.band, x, y)} />}
              <path class="line" d={linePath(line.points, x, y, props.gapMs ?? Infinity)} />
              {line.points.length > 0 && line.points.length <= 40 && line.points.length < width / 16
                ? line.points.map(([t, value]) => <circle key={t} class="dot" cx={x(t)} cy={y(value)} r="2" />)
                : null}
            </g>
          ))}
          {drag !== undefined && hover !== undefined && (
            <rect
              class="brush"
              x={Math.min(x(drag), x(hover))}
              width={Math.abs(x(hover) - x(drag))}
              y={TOP}
              height={height - TOP - BOTTOM}
            />
          )}
          {near.map(
            (point, i) =>
              point && <circle key={i} class={`near line-${i}`} cx={x(point[0])} cy={y(point[1])} r="3.5" />,
          )}
        </svg>
      )}
      {near.some(Boolean) && (
        <div class="readout" aria-hidden="true">
          {near.map(
            (point, i) =>
              point && (
                <span key={i} class={`line-${i}`}>
                  {lines[i]!.name} <b>{format(point[1])}</b> <i>{clock(point[0])}</i>
                </span>
              ),
          )}
        </div>
      )}
    </div>
  );
}

/** The colours' meanings. */
export function Legend(props: { readonly names: readonly string[] }) {
  return (
    <ul class="legend">
      {props.names.map((name, i) => (
        <li key={name} class={`line-${i}`}>
          {name}
        </li>
      ))}
    </ul>
  );
}

function useWidth(place: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const watcher = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width)));
    watcher.observe(place.current!);
    return () => watcher.disconnect();
  }, [place]);
  return width;
}

function summary({ label, lines, format }: ChartProps): string {
  const said = lines.map(({ name, points }) => `${name} ${points.length ? format(points.at(-1)![1]) : 'not known'}`);
  return `${label}: ${said.join(', ')}`;
}

function bounds({ lines, from, to, fit, least = 0 }: ChartProps): [low: number, high: number] {
  let low = fit ? Infinity : 0;
  let high = fit ? -Infinity : least;
  const see = (t: number, down: number, up: number) => {
    if (t >= from && t <= to) {
      low = Math.min(low, down);
      high = Math.max(high, up);
    }
  };
  for (const { points, band } of lines) {
    points.forEach(([t, value]) => see(t, value, value));
    band?.forEach(([t, down, up]) => see(t, down, up));
  }
  return !Number.isFinite(low) ? [0, 1] : low === high ? [low, low + (Math.abs(low) || 1)] : [low, high];
}

/** Round numbers from below the lowest to above the highest value. */
function steps(low: number, high: number, wanted: number): number[] {
  const span = high - low;
  const rough = span / wanted;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * magnitude).find((each) => each >= rough * 0.999)!;
  const found: number[] = [];
  for (let i = Math.floor(low / step + 1e-9); found.length < 2 || found.at(-1)! < high - step * 1e-9; i++) {
    found.push(Number((i * step).toPrecision(12)));
  }
  return found;
}

function times(from: number, to: number, width: number): number[] {
  const parts = Math.max(1, Math.min(6, Math.floor((width - LEFT) / 110)));
  return Array.from({ length: parts + 1 }, (_, i) => from + ((to - from) * i) / parts);
}

type Scale = (value: number) => number;

function linePath(points: readonly Point[], x: Scale, y: Scale, gapMs: number): string {
  let before = -Infinity;
  return points
    .map(([t, value]) => {
      const joined = t - before <= gapMs;
      before = t;
      return `${joined ? 'L' : 'M'}${x(t).toFixed(1)} ${y(value).toFixed(1)}`;
    })
    .join('')
    .replace(/^L/, 'M');
}

function bandPath(band: NonNullable<Line['band']>, x: Scale, y: Scale): string {
  if (band.length === 0) {
    return '';
  }
  const there = band.map(([t, , up]) => `${x(t).toFixed(1)} ${y(up).toFixed(1)}`);
  const back = band.map(([t, down]) => `${x(t).toFixed(1)} ${y(down).toFixed(1)}`).reverse();
  return `M${[...there, ...back].join('L')}Z`;
}

function nearest(points: readonly Point[], t: number, within: number): Point | undefined {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    points[middle]![0] < t ? (low = middle + 1) : (high = middle);
  }
  const around = [points[low - 1], points[low]].filter((point) => point !== undefined);
  const found = around.sort((a, b) => Math.abs(a[0] - t) - Math.abs(b[0] - t))[0];
  return found && Math.abs(found[0] - t) <= within ? found : undefined;
}

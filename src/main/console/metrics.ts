/** A figure of the service with its labels. */
interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** What `/q/metrics` said at one moment, as far as it is the service's own. */
export class Metrics {
  readonly #samples = new Map<string, Sample[]>();

  constructor(
    readonly at: number,
    text: string,
  ) {
    for (const line of text.split('\n')) {
      const found = line.startsWith('tidings_') ? LINE.exec(line) : null;
      if (found) {
        const [, name = '', labels = '', value = ''] = found;
        const list = this.#samples.get(name) ?? [];
        list.push({ labels: labelsOf(labels), value: Number(value) });
        this.#samples.set(name, list);
      }
    }
  }

  all(name: string): readonly Sample[] {
    return this.#samples.get(name) ?? [];
  }

  sum(name: string): number {
    return this.all(name).reduce((sum, { value }) => sum + value, 0);
  }

  max(name: string): number {
    return this.all(name).reduce((max, { value }) => Math.max(max, value), 0);
  }

  /** How often a second a counter went up since an earlier moment; a counter that began anew began at zero. */
  rate(name: string, before: Metrics): number {
    const [now, then] = [this.sum(name), before.sum(name)];
    return Math.max(0, now >= then ? now - then : now) / Math.max(0.001, (this.at - before.at) / 1000);
  }

  /** Below which time this share of what a histogram has measured since an earlier moment was, in ms. */
  quantile(name: string, share: number, before: Metrics): number | undefined {
    const counts = new Map<number, number>();
    const add = (metrics: Metrics, sign: number) =>
      metrics.all(`${name}_bucket`).forEach(({ labels, value }) => {
        const bound = labels['le'] === '+Inf' ? Infinity : Number(labels['le']);
        counts.set(bound, (counts.get(bound) ?? 0) + sign * value);
      });
    add(this, 1);
    add(before, -1);
    const buckets = [...counts].sort(([a], [b]) => a - b);
    const total = buckets.at(-1)?.[1] ?? 0;
    if (total <= 0) {
      return undefined;
    }
    const wanted = share * total;
    let [lower, below] = [0, 0];
    for (const [bound, upTo] of buckets) {
      if (upTo >= wanted) {
        const inside = upTo > below ? (wanted - below) / (upTo - below) : 1;
        return 1000 * (Number.isFinite(bound) ? lower + (bound - lower) * inside : lower);
      }
      [lower, below] = [Number.isFinite(bound) ? bound : lower, upTo];
    }
    return 1000 * lower;
  }
}

function labelsOf(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(LABEL)].map(([, name, value]) => [name!, value!.replace(/\\(.)/g, '$1')]));
}

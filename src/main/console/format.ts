const COUNT = new Intl.NumberFormat('en-US');
const SHORT = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 });

export function count(value: number): string {
  return COUNT.format(value);
}

export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? '' : 's'}`;
}

/** Three digits are enough to see where a figure goes. */
export function short(value: number): string {
  return Math.abs(value) >= 10_000 ? SHORT.format(value) : count(Number(value.toPrecision(3)));
}

export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) {
    value /= 1024;
  }
  return `${short(value)} ${units[unit]}`;
}

/** A length of time in its best unit, from microseconds up. */
export function duration(ms: number): string {
  if (ms === 0) {
    return '0';
  }
  if (ms < 1) {
    return `${short(ms * 1000)} µs`;
  }
  if (ms < 1000) {
    return `${short(ms)} ms`;
  }
  const seconds = ms / 1000;
  if (seconds < 60) {
    return `${seconds < 10 ? short(seconds) : Math.floor(seconds)} s`;
  }
  const [minutes, hours, days] = [seconds / 60, seconds / 3600, seconds / 86_400];
  return minutes < 60
    ? `${Math.floor(minutes)} min`
    : hours < 48
      ? `${Math.floor(hours)} h ${Math.floor(minutes % 60)} min`
      : `${Math.floor(days)} d`;
}

export function ago(timestamp: number, now = Date.now()): string {
  const ms = now - timestamp;
  return ms < 1000 ? 'just now' : `${duration(1000 * Math.floor(ms / 1000))} ago`;
}

const two = (value: number) => String(value).padStart(2, '0');

/** The time of day. */
export function clock(timestamp: number, withMs = false): string {
  const at = new Date(timestamp);
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return withMs ? `${time}.${String(at.getMilliseconds()).padStart(3, '0')}` : time;
}

/** With the date unless it is today. */
export function moment(timestamp: number): string {
  const at = new Date(timestamp);
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return new Date().toDateString() === at.toDateString() ? clock(timestamp) : `${date} ${clock(timestamp)}`;
}

// Owns how numbers, times and ages read.

const numbers = new Intl.NumberFormat("en");
const dates = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" });

// The server's clock less ours: ages are about the server's timestamps, and a wrong clock here must not falsify them.
let skew = 0;

export function setServerClock(serverNow) {
  if (Number.isFinite(serverNow)) {
    skew = serverNow - Date.now();
  }
}

export function serverNow() {
  return Date.now() + skew;
}

export function count(number) {
  return Number.isFinite(number) ? numbers.format(number) : "–";
}

export function plural(number, noun) {
  return `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
}

/** 14:03:07.042, made by hand because this runs for every event. */
export function clock(ms) {
  const at = new Date(ms);
  if (Number.isNaN(at.getTime())) {
    return "–";
  }
  const two = (number) => String(number).padStart(2, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${String(at.getMilliseconds()).padStart(3, "0")}`;
}

export function dateTime(ms) {
  return Number.isFinite(ms) && Math.abs(ms) < 8.64e15 ? dates.format(ms) : "–";
}

export function age(ms) {
  if (!Number.isFinite(ms)) {
    return "–";
  }
  const seconds = Math.max(0, Math.round((serverNow() - ms) / 1000));
  if (seconds < 2) {
    return "just now";
  }
  if (seconds < 100) {
    return `${seconds} s ago`;
  }
  if (seconds < 5400) {
    return `${Math.round(seconds / 60)} min ago`;
  }
  return seconds < 172800 ? `${Math.round(seconds / 3600)} h ago` : `${Math.round(seconds / 86400)} days ago`;
}

// Owns what is known of each channel, and checks that its offsets come without holes and without repeats.

import { covers } from "./names.js";

const MOST = 5000;

export class Channels {
  #records = new Map();
  /** How many channels were seen beyond what this page holds. */
  turnedAway = 0;

  get(name) {
    return this.#records.get(name);
  }

  get size() {
    return this.#records.size;
  }

  names() {
    return [...this.#records.keys()];
  }

  all() {
    return this.#records.values();
  }

  clear() {
    this.#records.clear();
    this.turnedAway = 0;
  }

  /** The record of a channel that exists, made when it is new; undefined when there are too many. */
  note(name) {
    let record = this.#records.get(name);
    if (!record) {
      if (this.#records.size >= MOST) {
        this.turnedAway++;
        return undefined;
      }
      record = { name, offset: 0, subscribers: null, state: false, stale: null, seen: null, lastAt: null, heardAt: 0 };
      this.#records.set(name, record);
    }
    return record;
  }

  /**
   * Takes an event in. A resume repeats what came after the last cursor, so repeats are dropped here; an offset
   * that goes back while time goes on is no repeat but a numbering that began anew.
   */
  accept(event) {
    const record = this.note(event.channel);
    if (!record) {
      return { repeated: false, restarted: false, hole: null };
    }
    const seen = record.seen;
    const back = seen !== null && event.offset <= seen.offset;
    if (back && event.timestamp <= seen.timestamp) {
      return { repeated: true, restarted: false, hole: null };
    }
    const jumped = seen !== null && event.offset > seen.offset + 1 && !event.conflated;
    const hole = jumped ? { from: seen.offset + 1, to: event.offset - 1 } : null;
    record.seen = { offset: event.offset, timestamp: event.timestamp };
    record.offset = event.offset;
    record.lastAt = event.timestamp;
    record.heardAt = performance.now();
    this.#mark(record, event);
    return { repeated: false, restarted: back, hole };
  }

  #mark(record, event) {
    if (event.event === "state.changed") {
      record.state = true;
    } else if (event.event === "state.deleted") {
      record.state = false;
      record.stale = null;
    } else if (event.event === "state.stale") {
      const reason = event.payload?.reason;
      record.stale = { reason: typeof reason === "string" ? reason : "", since: event.timestamp };
    } else if (event.event === "state.fresh") {
      record.stale = null;
    }
  }

  /** What history says of a channel's freshness, for a page that was not there when it changed. */
  markFromHistory(name, newestFirst) {
    const record = this.#records.get(name);
    const last = newestFirst.find((event) => event.event === "state.stale" || event.event === "state.fresh");
    if (record && last) {
      this.#mark(record, last);
    }
  }

  /** The server said that these were lost; they are then no hole of our own finding. */
  skip(name, to) {
    const record = this.note(name);
    if (record?.seen) {
      record.seen.offset = Math.max(record.seen.offset, to);
    }
  }

  /** Forgets the places in all channels that match, because what comes next need not follow on. */
  forgetPlaces(target) {
    for (const record of this.#records.values()) {
      if (covers(target, record.name)) {
        record.seen = null;
      }
    }
  }

  /** The server's list, asked for at `askedAt`. What was heard since then is newer than the list. */
  listed(items, complete, askedAt) {
    const names = new Set();
    for (const item of items) {
      const record = typeof item?.channel === "string" ? this.note(item.channel) : undefined;
      if (record) {
        names.add(record.name);
        record.subscribers = item.subscribers ?? null;
        if (record.heardAt < askedAt) {
          record.offset = item.offset ?? record.offset;
          record.state = item.state === true;
        }
      }
    }
    for (const record of complete ? this.#records.values() : []) {
      if (!names.has(record.name) && record.heardAt < askedAt) {
        this.#records.delete(record.name);
      }
    }
  }
}

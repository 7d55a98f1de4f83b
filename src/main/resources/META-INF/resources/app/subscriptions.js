// Owns the subscriptions held on the server, and where each resumes after a reconnect.

import { covers } from "./names.js";

const RETRY_MS = 2000;
const TOGETHER_MS = 200;

export class Subscriptions {
  #held = new Map();
  #connection;
  #channels;
  #hooks;
  #generation = 0;
  #resuming = 0;
  #lossless = true;
  #lost = new Set();

  /** @param hooks onMissed(targets), onResumed() when all went on where they had stopped, onRefused(target, refused) */
  constructor(connection, channels, hooks) {
    this.#connection = connection;
    this.#channels = channels;
    this.#hooks = hooks;
  }

  get held() {
    return this.#held;
  }

  covers(channel) {
    for (const entry of this.#held.values()) {
      if (entry.status !== "refused" && covers(entry.target, channel)) {
        return true;
      }
    }
    return false;
  }

  clear() {
    this.#generation++;
    this.#held.clear();
  }

  /** Holds exactly these. `since` is where those not held before begin; null begins with what comes now. */
  follow(targets, since) {
    const dropped = [...this.#held.keys()].filter((target) => !targets.includes(target));
    const added = targets.filter((target) => !this.#held.has(target));
    const replaces = (target) => dropped.some((old) => covers(target, old));
    // What replaces a subscription comes before the end of that, lest an event slip through between them.
    added.filter(replaces).forEach((target) => this.#add(target, since));
    dropped.forEach((target) => this.#remove(target));
    added.filter((target) => !replaces(target)).forEach((target) => this.#add(target, since));
  }

  #add(target, since) {
    const entry = { target, status: "new", cursor: null, epoch: null, offset: 0, since, resumes: false };
    this.#held.set(target, entry);
    this.#ask(entry, since);
  }

  #remove(target) {
    this.#held.delete(target);
    this.#connection.request({ type: "unsubscribe", channel: target }).catch(() => {});
  }

  /** On a new connection: everything again, from where it stopped. */
  resume() {
    this.#generation++;
    this.#resuming = 0;
    this.#lossless = true;
    for (const entry of this.#held.values()) {
      const since = this.#place(entry) ?? entry.since;
      this.#resuming += since ? 1 : 0;
      this.#ask(entry, since);
    }
  }

  /**
   * Events carry no cursor, so the one a subscription began with grows old, until the server no longer has all that
   * followed it. Subscribing again replaces the subscription without loss and gives a new one.
   */
  renewCursors() {
    for (const entry of this.#held.values()) {
      if (entry.status === "on" && entry.cursor !== null) {
        this.#ask(entry, null);
      }
    }
  }

  /** The server's `subscribed`. */
  subscribed({ channel, payload = {} }) {
    const entry = this.#held.get(channel);
    if (!entry) {
      return;
    }
    entry.status = "on";
    entry.cursor = payload.cursor ?? null;
    entry.epoch = payload.epoch ?? null;
    entry.offset = payload.offset ?? 0;
    if (entry.resumes) {
      this.#resumed(entry, payload.recovered === true);
    }
  }

  #resumed(entry, recovered) {
    entry.resumes = false;
    if (!recovered) {
      this.#lossless = false;
      this.#channels.forgetPlaces(entry.target);
      this.#tellLost(entry.target);
    }
    if (this.#resuming > 0 && --this.#resuming === 0 && this.#lossless) {
      this.#hooks.onResumed();
    }
  }

  // A restarted server loses all at once; that is one piece of news and not one for each subscription.
  #tellLost(target) {
    if (this.#lost.size === 0) {
      setTimeout(() => {
        this.#hooks.onMissed([...this.#lost]);
        this.#lost.clear();
      }, TOGETHER_MS);
    }
    this.#lost.add(target);
  }

  #place(entry) {
    if (entry.cursor !== null) {
      return { cursor: entry.cursor };
    }
    if (entry.epoch !== null) {
      const seen = this.#channels.get(entry.target)?.seen;
      return { epoch: entry.epoch, offset: seen ? seen.offset : entry.offset };
    }
    return null;
  }

  #ask(entry, since) {
    const generation = this.#generation;
    entry.status = "asking";
    entry.resumes = since !== null;
    const payload = since === null ? {} : { since };
    if (!entry.target.endsWith("*")) {
      payload.state = true;
    }
    this.#connection.request({ type: "subscribe", channel: entry.target, payload }).catch((refused) => {
      if (generation === this.#generation && this.#held.get(entry.target) === entry && refused.code !== "closed") {
        this.#refused(entry, since, refused);
      }
    });
  }

  #refused(entry, since, refused) {
    if (refused.code === "invalid_message" && since !== null) {
      // A place this server cannot read, such as one from before its configuration changed.
      this.#resumed(entry, false);
      this.#ask(entry, null);
    } else if (refused.retryable) {
      const generation = this.#generation;
      setTimeout(() => generation === this.#generation && this.#ask(entry, since), refused.retryAfterMs ?? RETRY_MS);
    } else {
      entry.status = "refused";
      this.#hooks.onRefused(entry.target, refused);
    }
  }
}

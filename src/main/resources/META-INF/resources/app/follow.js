// Owns keeping the page in step with what exists: lists the channels and adjusts the subscriptions to them.

import { count, serverNow } from "./format.js";
import { MAX_SUBSCRIPTIONS, plan, seesEverything } from "./plan.js";

const EVERY_MS = 5000;
const RENEW_MS = 30000;

export class Follow {
  #parts;
  #caller = null;
  #listedAt = null;
  #listing = false;
  #trouble = "";

  /** @param parts connection, api, channels, subscriptions, list, publish */
  constructor(parts) {
    this.#parts = parts;
    setInterval(() => this.look(), EVERY_MS);
    setInterval(() => parts.connection.live && parts.subscriptions.renewCursors(), RENEW_MS);
  }

  /** Whose eyes this page has now. */
  begin(caller) {
    this.#caller = caller;
    this.#listedAt = null;
    this.#adjust(null);
  }

  stop() {
    this.#caller = null;
  }

  async look() {
    const { connection, api, channels, list } = this.#parts;
    if (this.#listing || this.#caller === null || !connection.live) {
      return;
    }
    const caller = this.#caller;
    const askedAt = performance.now();
    const askedServer = serverNow();
    this.#listing = true;
    try {
      const { items, complete } = await api.channels();
      if (caller === this.#caller) {
        channels.listed(items, complete, askedAt);
        this.#trouble = "";
        // What began since the last look is followed from then on, or its first events would go unseen.
        this.#adjust(this.#listedAt === null ? null : { timestamp: Math.floor(this.#listedAt - 1000) });
        this.#listedAt = askedServer;
      }
    } catch (error) {
      this.#trouble = `Channels cannot be listed: ${error.message}.`;
    } finally {
      this.#listing = false;
    }
    this.#note();
    list.changed();
  }

  #adjust(since) {
    const { channels, subscriptions, publish } = this.#parts;
    const { permissions, subject } = this.#caller;
    const names = channels.names();
    const { targets, left } = plan({ permissions, subject, channels: names, held: subscriptions.held });
    this.#left = left;
    subscriptions.follow(targets, since);
    publish.suggest(names.sort());
  }

  #left = [];

  #note() {
    const notes = this.#trouble ? [this.#trouble] : [];
    if (this.#left.length > 0) {
      const what = seesEverything(this.#caller?.permissions ?? []) ? "namespaces" : "channels and patterns";
      notes.push(
        `Live events come from ${count(MAX_SUBSCRIPTIONS)} of ${count(MAX_SUBSCRIPTIONS + this.#left.length)} ${what}, ` +
          "the most one connection may subscribe to. Dimmed channels are not followed.",
      );
    }
    this.#parts.list.notes = notes;
  }
}

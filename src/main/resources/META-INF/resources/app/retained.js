// Owns the retained state of one channel: fetched once, then kept up to date by its events.

import { isObject, mergePatch, touched } from "./json.js";

export class Retained {
  #connection;
  #onChange;
  #round = 0;
  #early = null;
  channel = null;
  /** undefined while not known, null when the channel holds none, else {data, offset, timestamp, changed} */
  value = undefined;
  /** Why the state is not known, when asking failed. */
  trouble = "";

  constructor(connection, onChange) {
    this.#connection = connection;
    this.#onChange = onChange;
  }

  async load(channel) {
    const round = ++this.#round;
    this.value = channel === this.channel ? this.value : undefined;
    this.channel = channel;
    this.trouble = "";
    this.#early = [];
    this.#onChange();
    try {
      const { payload } = await this.#connection.request({ type: "state", channel });
      if (round === this.#round) {
        this.#loaded(payload);
      }
    } catch (refused) {
      if (round === this.#round) {
        this.trouble = refused.message;
        this.#early = null;
      }
    }
    if (round === this.#round) {
      this.#onChange();
    }
  }

  /** An event of the channel, in order. */
  apply(event) {
    if (event.event !== "state.changed" && event.event !== "state.deleted") {
      return;
    }
    if (this.#early !== null) {
      this.#early.push(event);
    } else if (this.value !== undefined) {
      this.#change(event);
      this.#onChange();
    }
  }

  #loaded(payload) {
    const states = Array.isArray(payload?.states) ? payload.states : [];
    const state = states.find((each) => each?.channel === this.channel);
    const { data, offset, timestamp } = state ?? {};
    this.value = state ? { data, offset, timestamp, changed: new Map() } : null;
    const early = this.#early;
    this.#early = null;
    // Without a state there is no offset to compare with, and every change that came meanwhile is news.
    early.filter((event) => !state || event.offset > offset).forEach((event) => this.#change(event));
  }

  #change({ event, payload, offset, timestamp }) {
    if (event === "state.deleted") {
      this.value = null;
      return;
    }
    const patch = payload?.patch;
    if (!isObject(patch)) {
      return;
    }
    this.value = {
      data: mergePatch(this.value?.data, patch),
      offset,
      timestamp,
      changed: touched(patch, payload.previous),
    };
  }
}

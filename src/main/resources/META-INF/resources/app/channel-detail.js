// Owns the panel of the selected channel: its figures, its state and its recent history.

import { byId, perFrame, setText } from "./dom.js";
import { age, count } from "./format.js";
import { Retained } from "./retained.js";
import { Rows } from "./rows.js";
import { Tree } from "./tree.js";

const HISTORY = 50;

export class ChannelDetail {
  #name = null;
  #channels;
  #api;
  #retained;
  #tree = new Tree(byId("state-tree"));
  #fresh = new Set();
  #rows;
  #history = [];
  #early = null;
  #round = 0;
  #drawSoon;

  constructor(channels, api, connection, onClose) {
    this.#channels = channels;
    this.#api = api;
    this.#retained = new Retained(connection, () => this.#stateChanged());
    this.#rows = new Rows(byId("history-rows"), { max: HISTORY, withChannel: false, onReading: () => this.#drawSoon() });
    this.#drawSoon = perFrame(() => this.#draw(), 100);
    byId("detail-close").addEventListener("click", onClose);
    byId("history-reload").addEventListener("click", () => this.reload());
    setInterval(() => this.#drawFacts(), 1000);
  }

  get channel() {
    return this.#name;
  }

  select(name) {
    this.#name = name;
    byId("detail-body").hidden = name === null;
    byId("detail-empty").hidden = name !== null;
    byId("detail-close").hidden = name === null;
    setText(byId("detail-title"), name ?? "Channel");
    byId("detail-title").title = name ?? "";
    byId("detail-scroll").scrollTop = 0;
    this.#tree.reset();
    this.#rows.replace([]);
    this.#history = [];
    if (name !== null) {
      this.reload();
    }
  }

  /** Everything anew, as after a loss. */
  reload() {
    if (this.#name !== null) {
      this.#retained.load(this.#name);
      this.#loadHistory(this.#name);
      this.#drawFacts();
    }
  }

  heard(event) {
    this.#retained.apply(event);
    if (this.#early !== null) {
      this.#early.push(event);
    } else {
      this.#history.push(event);
      if (this.#history.length > 2 * HISTORY) {
        this.#history = this.#history.slice(-HISTORY);
      }
    }
    this.#drawSoon();
  }

  async #loadHistory(name) {
    const round = ++this.#round;
    this.#early = [];
    setText(byId("history-note"), "");
    setText(byId("history-meta"), "");
    try {
      const { events, complete } = await this.#api.history(name, HISTORY);
      if (round === this.#round) {
        this.#loaded(events, complete);
      }
    } catch (error) {
      if (round === this.#round) {
        setText(byId("history-note"), `History could not be read: ${error.message}.`);
        this.#history = this.#early;
        this.#early = null;
      }
    }
    this.#drawSoon();
  }

  #loaded(newestFirst, complete) {
    this.#channels.markFromHistory(this.#name, newestFirst);
    const newest = newestFirst[0]?.offset ?? 0;
    this.#rows.replace([...newestFirst].reverse());
    this.#history = this.#early.filter((event) => event.offset > newest);
    this.#early = null;
    setText(byId("history-meta"), complete === false ? `newest ${count(HISTORY)}` : "");
    setText(byId("history-note"), newestFirst.length === 0 ? "Nothing is retained of this channel's past." : "");
  }

  #stateChanged() {
    this.#retained.value?.changed.forEach((_, path) => this.#fresh.add(path));
    this.#drawSoon();
  }

  #draw() {
    if (this.#name === null) {
      return;
    }
    this.#drawFacts();
    this.#drawState();
    if (!this.#rows.read && this.#history.length > 0) {
      this.#rows.prepend(this.#history.slice(-HISTORY));
      this.#history = [];
      setText(byId("history-note"), "");
    }
  }

  #drawState() {
    const { value, trouble } = this.#retained;
    byId("state-tree").hidden = !value;
    if (value) {
      this.#tree.draw(value.data, value.changed, this.#fresh);
    }
    this.#fresh = new Set();
    const empty = value && Object.keys(value.data).length === 0 ? "The state is an empty object." : "";
    const none = value === null ? "This channel holds no state." : "";
    setText(byId("state-note"), trouble ? `The state could not be read: ${trouble}` : empty || none);
  }

  #drawFacts() {
    const record = this.#channels.get(this.#name);
    const value = this.#retained.value;
    setText(byId("detail-offset"), count(record?.offset ?? NaN));
    setText(byId("detail-age"), age(record?.lastAt ?? NaN));
    setText(byId("detail-subscribers"), count(record?.subscribers ?? NaN));
    setText(byId("state-meta"), value ? `offset ${count(value.offset)} · changed ${age(value.timestamp)}` : "");
    const stale = record?.stale;
    byId("detail-stale").hidden = !stale;
    setText(byId("detail-stale"), stale ? `Stale, ${age(stale.since)}${stale.reason ? `: ${stale.reason}` : ""}` : "");
  }
}

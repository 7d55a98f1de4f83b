// Owns the live events panel: what it shows, what waits while it is held, and its controls.

import { byId, perFrame, setText } from "./dom.js";
import { RecentEvents } from "./events.js";
import { eventFilter } from "./filter.js";
import { count } from "./format.js";
import { fillHint } from "./hints.js";
import { Rows } from "./rows.js";

const MAX_ROWS = 500;
const AT_TOP_PX = 8;

export class Feed {
  #recent = new RecentEvents();
  #rows;
  #matches = null;
  #waiting = [];
  #waitingCount = 0;
  #paused = false;
  #arrived = 0;
  #matched = 0;
  #session;
  #ask;

  constructor(session, onChannel) {
    this.#session = session;
    this.#rows = new Rows(byId("events-rows"), {
      max: MAX_ROWS,
      withChannel: true,
      onChannel,
      onReading: () => this.#ask(),
    });
    this.#ask = perFrame(() => this.#draw());
    for (const id of ["filter-channel", "filter-event", "filter-text"]) {
      byId(id).addEventListener("input", () => this.#refilter());
    }
    byId("events-pause").addEventListener("click", () => this.#pressedPause());
    byId("events-clear").addEventListener("click", () => this.clear());
    byId("events-scroll").addEventListener("scroll", () => this.#ask(), { passive: true });
    this.#ask();
  }

  add(event, size) {
    this.#arrived++;
    const entry = {
      channel: event.channel,
      event: String(event.event ?? ""),
      id: event.id,
      offset: event.offset,
      timestamp: event.timestamp,
      cause: event.cause,
      conflated: event.conflated,
      payload: event.payload,
      size,
    };
    this.#take(entry);
  }

  /** A line among the events that says what is not there. `channel` may be a pattern. */
  addMissed(channel, words, timestamp) {
    this.#take({ channel, missed: words, timestamp, size: words.length });
  }

  clear() {
    this.#recent.clear();
    this.#rows.replace([]);
    this.#arrived = 0;
    this.#forgetWaiting();
    this.#matched = 0;
    byId("events-scroll").scrollTop = 0;
    this.#ask();
  }

  // Runs for every event, so it draws nothing; of what waits, only what could still be shown is kept.
  #take(entry) {
    this.#recent.add(entry);
    if (!this.#matches || this.#matches(entry)) {
      this.#matched += entry.missed ? 0 : 1;
      this.#waitingCount++;
      this.#waiting.push(entry);
      if (this.#waiting.length > 2 * MAX_ROWS) {
        this.#waiting = this.#waiting.slice(-MAX_ROWS);
      }
    }
    this.#ask();
  }

  #forgetWaiting() {
    this.#waiting = [];
    this.#waitingCount = 0;
  }

  #refilter() {
    this.#matches = eventFilter(byId("filter-channel").value, byId("filter-event").value, byId("filter-text").value);
    const found = this.#recent.newest(MAX_ROWS, this.#matches);
    this.#matched = found.filter((entry) => !entry.missed).length;
    this.#forgetWaiting();
    this.#rows.replace(found);
    this.#ask();
  }

  #pressedPause() {
    const held = this.#held();
    this.#paused = !held;
    if (held) {
      this.#rows.closeAll();
      byId("events-scroll").scrollTop = 0;
    }
    this.#ask();
  }

  #held() {
    return this.#paused || this.#rows.read || byId("events-scroll").scrollTop > AT_TOP_PX;
  }

  #draw() {
    const held = this.#held();
    if (!held && this.#waiting.length > 0) {
      this.#rows.prepend(this.#waiting.slice(-MAX_ROWS));
      this.#forgetWaiting();
    }
    this.#drawControls(held);
  }

  #drawControls(held) {
    const pause = byId("events-pause");
    setText(pause, held ? "Resume" : "Pause");
    pause.setAttribute("aria-pressed", String(held));
    const waiting = byId("events-waiting");
    waiting.hidden = !held;
    const why = this.#paused ? "Paused" : "Held while you read";
    setText(waiting, this.#waitingCount > 0 ? `${why} · ${count(this.#waitingCount)} waiting` : why);
    const figures = this.#matches ? `${count(this.#matched)} match` : "";
    const bounded = this.#rows.length >= MAX_ROWS ? `newest ${count(MAX_ROWS)}` : "";
    setText(byId("events-count"), [figures, bounded].filter(Boolean).join(" · "));
    this.#drawEmpty();
  }

  #drawEmpty() {
    const empty = byId("events-empty");
    empty.hidden = this.#rows.length > 0;
    const kind = this.#arrived > 0 ? "filtered" : "none";
    if (empty.hidden || empty.dataset.kind === `${kind} ${this.#session.quickStart}`) {
      return;
    }
    empty.dataset.kind = `${kind} ${this.#session.quickStart}`;
    if (kind === "none") {
      fillHint(empty, "Waiting for the first event", "Publish one with the form, or from a terminal:", this.#session);
    } else {
      fillHint(empty, "Nothing to show", "No recent event matches the filter. New ones that do will appear here.", null);
    }
  }
}

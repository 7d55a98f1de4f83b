// Owns the channels panel: one row for each channel, its figures, and a pulse for each event.

import { byId, make, perFrame, prefersStillness, rove, setText } from "./dom.js";
import { matcher } from "./filter.js";
import { count, plural } from "./format.js";
import { namespaceOf } from "./names.js";

const MOST_ROWS = 300;
const PULSE_EVERY_MS = 320;

export class ChannelList {
  #list = byId("channel-list");
  #channels;
  #subscriptions;
  #rows = new Map();
  #heard = new Set();
  #selected = null;
  #stillness = prefersStillness();
  #keepTabStop = rove(byId("channel-list"), ".channel");
  #layOutSoon;
  #refreshSoon;
  /** What the foot of the panel says besides: set by who knows. */
  notes = [];

  constructor(channels, subscriptions, onSelect) {
    this.#channels = channels;
    this.#subscriptions = subscriptions;
    this.#layOutSoon = perFrame(() => this.#layOut(), 250);
    this.#refreshSoon = perFrame(() => this.#refreshHeard(), 60);
    byId("channels-filter").addEventListener("input", () => this.changed());
    this.#list.addEventListener("click", (click) => {
      const row = click.target.closest(".channel");
      if (row) {
        onSelect(row.dataset.channel);
      }
    });
  }

  /** Channels came or went, or the list says something else of them. */
  changed() {
    this.#layOutSoon();
  }

  heard(name) {
    this.#heard.add(name);
    this.#refreshSoon();
  }

  select(name) {
    this.#selected = name;
    this.#rows.forEach((row, of) => row.button.setAttribute("aria-current", String(of === name)));
  }

  #layOut() {
    const matches = matcher(byId("channels-filter").value);
    const names = this.#channels.names().filter((name) => !matches || matches(name));
    names.sort();
    const shown = names.slice(0, MOST_ROWS);
    const rows = new Map(shown.map((name) => [name, this.#rows.get(name) ?? this.#make(name)]));
    this.#rows = rows;
    this.#place([...rows.values()].map((row) => row.item));
    rows.forEach((row, name) => this.#refresh(name, row));
    this.#keepTabStop();
    this.#drawCounts(names.length, matches !== null);
  }

  // Moves only what is out of place, so that the focus and the running pulses stay.
  #place(items) {
    const wanted = new Set(items);
    [...this.#list.children].filter((item) => !wanted.has(item)).forEach((item) => item.remove());
    items.forEach((item, i) => {
      if (this.#list.children[i] !== item) {
        this.#list.insertBefore(item, this.#list.children[i] ?? null);
      }
    });
  }

  #make(name) {
    const space = namespaceOf(name);
    const dot = make("span", "pulse");
    dot.style.setProperty("--hue", String(hue(space)));
    const stale = make("span", "stale", "stale");
    const subscribers = make("span", "figure");
    const offset = make("span", "figure");
    const label = make("span", "channel-name", make("span", "space", name.slice(0, name.length - idOf(name).length)), idOf(name));
    const button = make("button", "channel", dot, label, stale, subscribers, offset);
    button.type = "button";
    button.tabIndex = -1;
    button.dataset.channel = name;
    button.title = name;
    button.setAttribute("aria-current", String(name === this.#selected));
    return { item: make("li", "", button), button, dot, stale, subscribers, offset, pulsedAt: 0 };
  }

  #refresh(name, row) {
    const record = this.#channels.get(name);
    if (!record) {
      return;
    }
    setText(row.subscribers, count(record.subscribers ?? NaN));
    setText(row.offset, count(record.offset));
    row.stale.hidden = record.stale === null;
    row.stale.title = record.stale?.reason ?? "";
    row.button.classList.toggle("unfollowed", !this.#subscriptions.covers(name));
    row.subscribers.title = record.subscribers === null ? "" : plural(record.subscribers, "subscriber");
  }

  #refreshHeard() {
    const now = performance.now();
    for (const name of this.#heard) {
      const row = this.#rows.get(name);
      if (!row) {
        this.#layOutSoon();
      } else {
        this.#refresh(name, row);
        this.#pulse(row, now);
      }
    }
    this.#heard.clear();
  }

  #pulse(row, now) {
    if (now - row.pulsedAt < PULSE_EVERY_MS) {
      return;
    }
    row.pulsedAt = now;
    const steps = this.#stillness
      ? [{ opacity: 1 }, { opacity: 1, offset: 0.9 }, { opacity: 0.35 }]
      : [
          { opacity: 1, boxShadow: "0 0 0 0 var(--ring)" },
          { opacity: 0.35, boxShadow: "0 0 0 7px transparent" },
        ];
    row.dot.animate(steps, { duration: 900, easing: "ease-out" });
  }

  #drawCounts(found, filtered) {
    const all = this.#channels.size;
    setText(byId("channels-count"), filtered ? `${count(found)} of ${count(all)}` : count(all));
    const notes = [...this.notes];
    if (found > MOST_ROWS) {
      notes.push(`The first ${count(MOST_ROWS)} of ${count(found)} are listed; narrow them with the box above.`);
    }
    if (this.#channels.turnedAway > 0) {
      notes.push("There are more channels than this page keeps.");
    }
    byId("channels-foot").hidden = notes.length === 0;
    setText(byId("channels-foot"), notes.join(" "));
    const empty = byId("channels-empty");
    empty.hidden = found > 0;
    setText(empty, filtered ? "No channel has such a name." : "No channels yet. A channel begins with its first event.");
  }
}

function idOf(name) {
  return name.includes(":") ? name.slice(name.indexOf(":") + 1) : name;
}

function hue(text) {
  let hash = 7;
  for (let i = 0; i < text.length; i++) {
    hash = (hash * 31 + text.charCodeAt(i)) % 360;
  }
  return hash;
}

// Owns a list of event rows in the page: newest on top, bounded, each expandable.

import { make, rove } from "./dom.js";
import { clock, count, dateTime } from "./format.js";
import { isObject, pretty, preview } from "./json.js";

export class Rows {
  #list;
  #options;
  #entries = new WeakMap();
  #keepTabStop;

  /** @param options max, withChannel, onReading() when the reader starts or stops reading a row, onChannel(name) */
  constructor(list, options) {
    this.#list = list;
    this.#options = options;
    this.#keepTabStop = rove(list, ".row-line");
    list.addEventListener("click", (click) => this.#clicked(click.target));
    list.addEventListener("focusin", () => options.onReading?.());
    list.addEventListener("focusout", () => setTimeout(() => options.onReading?.()));
  }

  get length() {
    return this.#list.childElementCount;
  }

  /** True while a row is open or walked through by keyboard: rows must not move away then. */
  get read() {
    return this.#list.querySelector('[aria-expanded="true"]') !== null || this.#list.querySelector(":focus-visible") !== null;
  }

  /** @param entries oldest first */
  prepend(entries) {
    const fragment = document.createDocumentFragment();
    for (let i = entries.length - 1; i >= 0; i--) {
      fragment.append(this.#row(entries[i]));
    }
    this.#list.prepend(fragment);
    while (this.#list.childElementCount > this.#options.max) {
      this.#list.lastElementChild.remove();
    }
    this.#keepTabStop();
  }

  replace(entries) {
    this.#list.replaceChildren();
    this.prepend(entries);
  }

  closeAll() {
    this.#list.querySelectorAll('[aria-expanded="true"]').forEach((line) => this.#toggle(line));
    if (this.#list.contains(document.activeElement)) {
      document.activeElement.blur();
    }
  }

  #row(entry) {
    const row = make("li", entry.missed ? "row missed" : "row");
    if (entry.missed) {
      row.append(make("span", "row-time", clock(entry.timestamp)), make("span", "row-words", entry.missed));
      return row;
    }
    const line = make("button", this.#options.withChannel ? "row-line" : "row-line in-channel");
    line.type = "button";
    line.tabIndex = -1;
    line.setAttribute("aria-expanded", "false");
    line.append(
      make("span", "row-time", clock(entry.timestamp)),
      this.#options.withChannel
        ? make("span", "row-channel", entry.channel)
        : make("span", "row-offset", `#${count(entry.offset)}`),
      make("span", "row-event", entry.event),
      make("span", "row-payload", gist(entry)),
    );
    row.append(line);
    this.#entries.set(row, entry);
    return row;
  }

  #clicked(target) {
    const line = target.closest(".row-line");
    if (line) {
      this.#toggle(line);
    } else if (target.matches(".row-open")) {
      this.#options.onChannel(this.#entries.get(target.closest(".row")).channel);
    }
  }

  #toggle(line) {
    const row = line.parentElement;
    const opens = line.getAttribute("aria-expanded") === "false";
    line.setAttribute("aria-expanded", String(opens));
    if (opens) {
      row.append(this.#more(this.#entries.get(row)));
    } else {
      row.lastElementChild.remove();
    }
    this.#options.onReading?.();
  }

  #more(entry) {
    const facts = make("dl", "row-facts");
    const fact = (name, value) => {
      if (value !== undefined && value !== null) {
        facts.append(make("div", "", make("dt", "", name), make("dd", "", String(value))));
      }
    };
    fact("Channel", this.#options.withChannel ? entry.channel : null);
    fact("Event", entry.event);
    fact("Offset", count(entry.offset));
    fact("At", dateTime(entry.timestamp));
    fact("Id", entry.id);
    fact("Cause", entry.cause);
    fact("Stands for", entry.conflated ? `${count(entry.conflated)} earlier changes` : null);
    const more = make("div", "row-more", facts, make("pre", "", pretty(entry.payload)));
    if (this.#options.onChannel) {
      const open = make("button", "small row-open", "Open channel");
      open.type = "button";
      more.append(open);
    }
    return more;
  }
}

// Of a state change the line has room for what it is now; what it was stands in the row's full payload.
function gist({ event, payload }) {
  return preview(event === "state.changed" && isObject(payload?.patch) ? payload.patch : payload);
}

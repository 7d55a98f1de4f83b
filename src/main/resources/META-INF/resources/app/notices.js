// Owns the notices above the panels: losses, errors and good news, each kind of trouble once.

import { byId, make, setText } from "./dom.js";
import { clock, count } from "./format.js";

const MOST = 4;
const BRIEF_MS = 6000;

export class Notices {
  #area = byId("notices");
  #shown = new Map();

  /** Shows or renews the notice of that key. @param kind good, missed or error */
  show(kind, key, text, times = 1) {
    let notice = this.#shown.get(key);
    if (!notice) {
      notice = this.#make(key);
      this.#shown.set(key, notice);
      this.#area.prepend(notice.element);
      this.#bound();
    }
    notice.times += times;
    notice.element.dataset.kind = kind;
    setText(notice.text, text);
    setText(notice.meta, `${notice.times > 1 ? `${count(notice.times)} times, last ` : ""}${clock(Date.now()).slice(0, 8)}`);
    clearTimeout(notice.timer);
    if (kind === "good") {
      notice.timer = setTimeout(() => this.drop(key), BRIEF_MS);
    }
  }

  drop(key) {
    const notice = this.#shown.get(key);
    if (notice) {
      clearTimeout(notice.timer);
      notice.element.remove();
      this.#shown.delete(key);
    }
  }

  clear() {
    [...this.#shown.keys()].forEach((key) => this.drop(key));
  }

  #make(key) {
    const text = make("span", "notice-text");
    const meta = make("span", "notice-meta");
    const close = make("button", "small", "Dismiss");
    close.type = "button";
    close.addEventListener("click", () => this.drop(key));
    return { element: make("div", "notice", text, meta, close), text, meta, times: 0, timer: 0 };
  }

  // Losses stay longest: they are what the reader must not overlook.
  #bound() {
    const keys = [...this.#shown.keys()];
    while (keys.length > MOST) {
      const oldest = keys.findIndex((key) => key !== "missed");
      this.drop(keys.splice(oldest, 1)[0]);
    }
  }
}

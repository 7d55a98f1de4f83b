// Owns showing a JSON value as a tree that opens and closes, with what changed last marked.

import { make } from "./dom.js";
import { isObject, pointer, preview } from "./json.js";

const MOST_MEMBERS = 200;
const MOST_ROWS = 1500;
const OPEN_DEPTH = 2;
const OPEN_SIZE = 40;

export class Tree {
  #place;
  #toggled = new Map();
  #drawn = { value: undefined, changed: new Map() };
  #left = 0;

  constructor(place) {
    this.#place = place;
    place.addEventListener("click", (click) => {
      const knob = click.target.closest(".knob");
      if (knob) {
        this.#toggled.set(knob.dataset.path, knob.getAttribute("aria-expanded") === "false");
        this.#build(new Set());
      }
    });
  }

  /** Forgets what the reader opened and closed. */
  reset() {
    this.#toggled.clear();
    this.#place.replaceChildren();
  }

  /**
   * @param changed JSON Pointers of what changed last, with the values before
   * @param fresh those of them that changed since the last drawing, and therefore light up
   */
  draw(value, changed, fresh) {
    this.#drawn = { value, changed };
    this.#build(fresh);
  }

  #build(fresh) {
    const focused = this.#place.contains(document.activeElement) ? document.activeElement.dataset.path : undefined;
    this.#left = MOST_ROWS;
    this.#place.replaceChildren(this.#level(this.#drawn.value, "", 0, fresh));
    if (focused !== undefined) {
      [...this.#place.querySelectorAll(".knob")].find((knob) => knob.dataset.path === focused)?.focus();
    }
  }

  #level(value, path, depth, fresh) {
    const level = make("ul", "tree-level");
    const names = Object.keys(value);
    for (const name of names.slice(0, MOST_MEMBERS)) {
      if (this.#left-- <= 0) {
        break;
      }
      level.append(this.#member(name, value[name], pointer(path, name), depth, fresh));
    }
    const more = names.length - level.childElementCount;
    if (more > 0) {
      level.append(make("li", "quiet", `${more} more`));
    }
    return level;
  }

  #member(name, value, path, depth, fresh) {
    const item = make("li", "");
    const holds = value !== null && typeof value === "object" && Object.keys(value).length > 0;
    const line = holds ? this.#knob(name, value, path, depth) : make("span", "leaf", make("span", "key", name), leaf(value));
    if (this.#drawn.changed.has(path)) {
      item.classList.add("changed");
      line.append(was(this.#drawn.changed.get(path)));
    }
    item.classList.toggle("fresh", fresh.has(path));
    item.append(line);
    if (holds && this.#open(path, value, depth)) {
      item.append(this.#level(value, path, depth + 1, fresh));
    }
    return item;
  }

  #knob(name, value, path, depth) {
    const size = Object.keys(value).length;
    const brackets = isObject(value) ? `{${size}}` : `[${size}]`;
    const knob = make("button", "knob", make("span", "key", name), make("span", "size", brackets));
    knob.type = "button";
    knob.dataset.path = path;
    knob.setAttribute("aria-expanded", String(this.#open(path, value, depth)));
    return knob;
  }

  #open(path, value, depth) {
    return this.#toggled.get(path) ?? (depth < OPEN_DEPTH && Object.keys(value).length <= OPEN_SIZE);
  }
}

function leaf(value) {
  const text = typeof value === "string" ? value : preview(value);
  const element = make("span", "value", text.length > 2000 ? `${text.slice(0, 2000)}…` : text);
  element.dataset.kind = value === null ? "null" : typeof value;
  return element;
}

function was(before) {
  if (before === undefined) {
    return "";
  }
  return make("span", "was", before === null ? "new" : `was ${preview(before, 60)}`);
}

// Owns the recent events kept for the live list, so that another filter can look at them again.

const MOST = 2000;
const MOST_CHARACTERS = 16e6;

export class RecentEvents {
  #entries = [];
  #start = 0;
  #characters = 0;

  add(entry) {
    this.#entries.push(entry);
    this.#characters += entry.size;
    while (this.#entries.length - this.#start > MOST || this.#characters > MOST_CHARACTERS) {
      this.#characters -= this.#entries[this.#start].size;
      this.#entries[this.#start++] = undefined;
    }
    // Moves the rest to the front now and then; shifting for each event would be slow.
    if (this.#start > MOST) {
      this.#entries = this.#entries.slice(this.#start);
      this.#start = 0;
    }
  }

  clear() {
    this.#entries = [];
    this.#start = 0;
    this.#characters = 0;
  }

  /** The newest that match, oldest first. */
  newest(limit, matches) {
    const found = [];
    for (let i = this.#entries.length - 1; i >= this.#start && found.length < limit; i--) {
      if (!matches || matches(this.#entries[i])) {
        found.push(this.#entries[i]);
      }
    }
    return found.reverse();
  }
}

// Owns the traffic figures in the header: the exact total, the rate and its last minute as a line.

import { byId, setText } from "./dom.js";
import { count } from "./format.js";

const SLOT_MS = 250;
const SLOTS_PER_SECOND = 1000 / SLOT_MS;
const SECONDS = 60;

export class Rate {
  #slots = new Array(SECONDS * SLOTS_PER_SECOND).fill(0);
  #now = 0;
  #slot = 0;
  #begun = performance.now();
  total = 0;

  constructor() {
    setInterval(() => this.#advance(), SLOT_MS);
  }

  add() {
    this.total++;
    this.#now++;
  }

  reset() {
    this.total = 0;
    this.#now = 0;
    this.#slots.fill(0);
  }

  // A hidden tab's timers sleep, so what was counted since the last call is spread over the time that really passed.
  #advance() {
    const due = Math.floor((performance.now() - this.#begun) / SLOT_MS);
    const passed = Math.min(due - this.#slot, this.#slots.length);
    if (passed <= 0) {
      return;
    }
    for (let i = 0; i < passed; i++) {
      this.#slots.shift();
      this.#slots.push(this.#now / passed);
    }
    this.#slot = due;
    this.#now = 0;
    this.#draw();
  }

  #draw() {
    setText(byId("rate"), count(Math.round(this.#sum(SECONDS - 1))));
    setText(byId("total"), count(this.total));
    if (this.#slot % SLOTS_PER_SECOND === 0) {
      this.#drawLine();
    }
  }

  #drawLine() {
    const rates = Array.from({ length: SECONDS }, (_, second) => this.#sum(second));
    const top = Math.max(10, ...rates);
    const points = rates.map((rate, i) => `${((i * 120) / (SECONDS - 1)).toFixed(1)},${(23 - (rate / top) * 21).toFixed(1)}`);
    byId("spark-line").setAttribute("points", points.join(" "));
    byId("spark-area").setAttribute("points", `0,24 ${points.join(" ")} 120,24`);
  }

  #sum(second) {
    let sum = 0;
    for (let i = 0; i < SLOTS_PER_SECOND; i++) {
      sum += this.#slots[second * SLOTS_PER_SECOND + i];
    }
    return sum;
  }
}

// Owns noticing a dead link: a browser does not show ping frames, so silence is answered with a ping message.

export class Heartbeat {
  #timer;
  #heardAt = 0;
  #askedAt = 0;

  start(intervalMs, ask, dead) {
    this.stop();
    this.heard();
    this.#timer = setInterval(() => this.#look(intervalMs, ask, dead), Math.min(1000, intervalMs / 4));
  }

  heard() {
    this.#heardAt = performance.now();
    this.#askedAt = 0;
  }

  stop() {
    clearInterval(this.#timer);
  }

  // Counts from the question and not from the last word: a hidden tab's timers sleep, and that silence is its own.
  #look(intervalMs, ask, dead) {
    const now = performance.now();
    if (this.#askedAt > 0 && now - this.#askedAt >= intervalMs) {
      dead();
    } else if (this.#askedAt === 0 && now - this.#heardAt >= intervalMs) {
      this.#askedAt = now;
      ask();
    }
  }
}

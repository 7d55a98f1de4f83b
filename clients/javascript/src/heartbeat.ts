/** Notices a dead link: silence is answered with a ping, and more silence ends it. */
export class Heartbeat {
  #timer: ReturnType<typeof setInterval> | undefined;
  #heardAt = 0;
  #askedAt = 0;

  start(everyMs: number, ask: () => void, dead: () => void): void {
    this.stop();
    this.heard();
    this.#timer = setInterval(() => this.#look(everyMs, ask, dead), Math.min(1000, everyMs / 4));
  }

  heard(): void {
    this.#heardAt = performance.now();
    this.#askedAt = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  // Counts from the question, not from the last word: a hidden tab's timers sleep, and that silence is its own.
  #look(everyMs: number, ask: () => void, dead: () => void): void {
    const now = performance.now();
    if (this.#askedAt > 0 && now - this.#askedAt >= everyMs) {
      dead();
    } else if (this.#askedAt === 0 && now - this.#heardAt >= everyMs) {
      this.#askedAt = now;
      ask();
    }
  }
}

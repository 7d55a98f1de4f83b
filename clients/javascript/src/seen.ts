/**
 * The last offset seen of each channel. Those of channels that were silent for two turns are forgotten: by then the place
 * from which a subscription would resume is beyond them.
 */
export class Seen {
  #now = new Map<string, number>();
  #before = new Map<string, number>();

  /** True when it is new, and then it is noted. */
  isNew(channel: string, offset: number): boolean {
    const last = this.#now.get(channel) ?? this.#before.get(channel);
    if (last !== undefined && offset <= last) {
      return false;
    }
    this.#now.set(channel, offset);
    return true;
  }

  turn(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }

  clear(): void {
    this.#now.clear();
    this.#before.clear();
  }
}

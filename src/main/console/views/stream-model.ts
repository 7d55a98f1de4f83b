import type { Filter, Message, Since } from '@tidings/client';
import { leaves, weight } from '../json.js';
import { Ring } from '../ring.js';
import type { Entry } from '../parts/rows.js';

const MOST_EVENTS = 10_000;
/** Characters of payloads that are kept; some 100 MB as a browser keeps them. */
const MOST_WEIGHT = 50_000_000;
/** Of each channel or pattern that is new to the stream. */
const RECENT = 20;
/** What is heard twice is known by its offset. */
const OVERLAP_MS = 1000;
const MOST_CHANNELS = 100_000;
const RATE_SECONDS = 3;

/** What the stream has heard; kept while the reader looks at other views. */
export class StreamModel {
  readonly ring = new Ring<Entry>(MOST_EVENTS, MOST_WEIGHT);
  channels = '';
  events = '';
  filter: Filter | undefined;
  /** The newest time heard of each target, so that whoever comes back is told what came meanwhile. */
  lastAt = 0;
  total = 0;
  /** What the reader holds still, the newest first. */
  held: readonly Entry[] | undefined;
  #heldAt = 0;
  #seen = new Map<string, number>();
  #seconds: number[] = [];
  #second = 0;
  #owner = '';
  #question = '';
  readonly #followed = new Set<string>();
  /** What history brings comes channel by channel; it is put in order before it is shown. */
  #gathered: Message[] | undefined;

  /** Nothing that one caller saw may stay for the next one's eyes. */
  belongTo(owner: string): void {
    if (owner !== this.#owner) {
      this.#owner = owner;
      this.channels = this.events = '';
      this.filter = undefined;
      this.clear();
    }
  }

  /** Another question has other answers; the same goes on where it was. */
  ask(question: string, gatherMs: number, done: () => void): void {
    if (question !== this.#question) {
      this.#question = question;
      this.clear();
    }
    if (!this.#gathered) {
      this.#gathered = [];
      setTimeout(() => {
        const all = this.#gathered ?? [];
        this.#gathered = undefined;
        all.sort((a, b) => a.timestamp - b.timestamp).forEach((message) => this.#put(message));
        done();
      }, gatherMs);
    }
  }

  /** Where to begin with a target: where it was left, or, if it is new, with what it had lately. */
  since(target: string): Since {
    const known = this.#followed.has(target);
    this.#followed.add(target);
    return known && this.lastAt > 0 ? { timestamp: this.lastAt - OVERLAP_MS } : { last: RECENT };
  }

  /** Forgets everything. */
  clear(): void {
    this.empty();
    this.#followed.clear();
    this.#seen.clear();
    this.lastAt = 0;
  }

  /** Shows nothing of what was heard so far, and goes on. */
  empty(): void {
    this.#gathered &&= [];
    this.ring.clear();
    this.held = undefined;
    this.total = 0;
  }

  hear(message: Message): void {
    // By several targets, or heard again after a return to this view.
    if (message.offset <= (this.#seen.get(message.channel) ?? 0) && message.timestamp <= this.lastAt) {
      return;
    }
    if (this.#seen.size >= MOST_CHANNELS) {
      this.#seen.clear();
    }
    this.#seen.set(message.channel, message.offset);
    this.lastAt = Math.max(this.lastAt, message.timestamp);
    this.total++;
    this.#count();
    if (this.#gathered) {
      this.#gathered.push(message);
    } else {
      this.#put(message);
    }
  }

  #put(message: Message): void {
    this.ring.push(message, weight(message.payload));
  }

  miss(text: string): void {
    this.ring.push({ type: 'missed', timestamp: Date.now(), text });
  }

  hold(): void {
    if (!this.held) {
      this.held = this.ring.toArray();
      this.#heldAt = this.total;
    }
  }

  release(): void {
    this.held = undefined;
  }

  /** What came lately is being asked for. */
  get gathering(): boolean {
    return this.#gathered !== undefined;
  }

  /** How many came since it was held. */
  get waiting(): number {
    return this.held ? this.total - this.#heldAt : 0;
  }

  get size(): number {
    return this.held?.length ?? this.ring.size;
  }

  entryAt(index: number): Entry | undefined {
    return this.held ? this.held[index] : this.ring.newest(index);
  }

  /** Events a second, over the last few whole seconds. */
  get rate(): number {
    this.#turn();
    return this.#seconds.slice(1).reduce((sum, each) => sum + each, 0) / RATE_SECONDS;
  }

  /** Fields of the newest events. */
  fields(): string[] {
    const found = new Set<string>();
    for (let i = 0; i < Math.min(50, this.ring.size); i++) {
      const entry = this.ring.newest(i)!;
      if (entry.type === 'message') {
        leaves(entry.payload).forEach(([path]) => found.add(`/payload${path}`));
      }
    }
    return [...found].sort().slice(0, 100);
  }

  #count(): void {
    this.#turn();
    this.#seconds[0] = (this.#seconds[0] ?? 0) + 1;
  }

  #turn(): void {
    const now = Math.floor(performance.now() / 1000);
    const passed = Math.min(now - this.#second, RATE_SECONDS + 1);
    for (let i = 0; i < passed; i++) {
      this.#seconds.unshift(0);
    }
    this.#seconds.length = Math.min(this.#seconds.length, RATE_SECONDS + 1);
    this.#second = now;
  }
}

import type { TidingsError } from './errors.js';

/** What waits for an iteration: bounded, in order. */
export class Queue<T> {
  #items: T[] = [];
  #read = 0;
  #ended = false;
  #error: TidingsError | undefined;
  #waiting: ((result: IteratorResult<T> | Promise<IteratorResult<T>>) => void)[] = [];

  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.#items.length - this.#read;
  }

  /** False when there is no room. */
  push(item: T): boolean {
    const taker = this.#waiting.shift();
    if (taker) {
      taker({ value: item, done: false });
    } else if (!this.#ended) {
      if (this.size >= this.capacity) {
        return false;
      }
      this.#items.push(item);
    }
    return true;
  }

  /** Nothing more comes; what waits can still be taken, then the error is raised, once. */
  end(error?: TidingsError): void {
    if (this.#ended) {
      return;
    }
    this.#ended = true;
    this.#error = error;
    this.#waiting.splice(0).forEach((taker) => taker(this.next()));
  }

  next(): Promise<IteratorResult<T>> {
    if (this.size > 0) {
      const value = this.#items[this.#read]!;
      this.#items[this.#read++] = undefined as T;
      if (this.#read === this.#items.length) {
        this.#items = [];
        this.#read = 0;
      } else if (this.#read > 1024 && this.#read * 2 > this.#items.length) {
        this.#items = this.#items.slice(this.#read);
        this.#read = 0;
      }
      return Promise.resolve({ value, done: false });
    }
    if (this.#error) {
      const error = this.#error;
      this.#error = undefined;
      return Promise.reject(error);
    }
    if (this.#ended) {
      return Promise.resolve({ value: undefined, done: true });
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

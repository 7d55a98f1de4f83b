import { TidingsError } from './errors.js';

/** What waits for an iteration: bounded, in order. */
export class Queue<T> {
  #items: T[] = [];
  #read = 0;
  #ended = false;
  #error: TidingsError | undefined;
  #waiting: { resolve(result: IteratorResult<T>): void; reject(error: TidingsError): void }[] = [];

  constructor(private readonly capacity: number) {}

  get size(): number {
    return this.#items.length - this.#read;
  }

  /** False when there is no room. */
  push(item: T): boolean {
    const taker = this.#waiting.shift();
    if (taker) {
      taker.resolve({ value: item, done: false });
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
    const [first, ...others] = this.#waiting.splice(0);
    if (first && error) {
      first.reject(error);
    } else {
      this.#error = error;
      first?.resolve({ value: undefined, done: true });
    }
    others.forEach((taker) => taker.resolve({ value: undefined, done: true }));
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
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }
}

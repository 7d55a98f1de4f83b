import { useEffect, useState } from 'preact/hooks';

/** A value that is watched. What changes once is drawn once: Preact puts the redraws of one turn together. */
export class Value<T> {
  readonly #listeners = new Set<() => void>();
  #now: T;

  constructor(initial: T) {
    this.#now = initial;
  }

  get now(): T {
    return this.#now;
  }

  set(next: T): void {
    if (!Object.is(next, this.#now)) {
      this.#now = next;
      this.#listeners.forEach((listener) => listener());
    }
  }

  /** Calls the listener after each change; what it returns ends that. */
  watch(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The value as it is; the component is drawn again when it changes. */
export function useValue<T>(value: Value<T>): T {
  const [, redraw] = useState({});
  useEffect(() => value.watch(() => redraw({})), [value]);
  return value.now;
}

/**
 * The newest of what was put in: so many, and so much in total weight, and no more. To put something in moves nothing else.
 */
export class Ring<T> {
  readonly #items: (T | undefined)[] = [];
  readonly #weights: number[] = [];
  #end = 0;
  #size = 0;
  #weight = 0;

  constructor(
    readonly capacity: number,
    readonly mostWeight = Infinity,
  ) {}

  get size(): number {
    return this.#size;
  }

  push(item: T, weight = 0): void {
    if (this.#size === this.capacity) {
      this.#dropOldest();
    }
    this.#items[this.#end] = item;
    this.#weights[this.#end] = weight;
    this.#end = (this.#end + 1) % this.capacity;
    this.#size++;
    this.#weight += weight;
    while (this.#weight > this.mostWeight && this.#size > 1) {
      this.#dropOldest();
    }
  }

  /** The item that came `age` items ago: 0 is the newest. */
  newest(age: number): T | undefined {
    return age >= 0 && age < this.#size ? this.#items[this.#at(age)] : undefined;
  }

  /** All of them, the newest first. */
  toArray(): T[] {
    return Array.from({ length: this.#size }, (_, age) => this.#items[this.#at(age)]!);
  }

  clear(): void {
    this.#items.length = this.#weights.length = 0;
    this.#end = this.#size = this.#weight = 0;
  }

  #at(age: number): number {
    return (this.#end - 1 - age + 2 * this.capacity) % this.capacity;
  }

  #dropOldest(): void {
    const oldest = this.#at(this.#size - 1);
    this.#items[oldest] = undefined;
    this.#weight -= this.#weights[oldest]!;
    this.#size--;
  }
}

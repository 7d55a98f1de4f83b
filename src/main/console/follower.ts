import type { Listener, Subscription, SubscribeOptions, TidingsClient } from '@tidings/client';

/** Subscriptions to channels and patterns that change with what there is to follow. */
export class Follower {
  readonly #held = new Map<string, Subscription>();

  constructor(
    private readonly client: TidingsClient,
    private readonly listener: Listener,
    /** One of them was refused, or has ended. */
    private readonly refused: (target: string, error: unknown) => void = () => {},
  ) {}

  get targets(): string[] {
    return [...this.#held.keys()];
  }

  /** Ends what is not wanted any more, and begins what is new. */
  follow(targets: readonly string[], options: (target: string) => SubscribeOptions): void {
    for (const [target, subscription] of this.#held) {
      if (!targets.includes(target)) {
        subscription.unsubscribe();
        this.#held.delete(target);
      }
    }
    for (const target of targets) {
      if (!this.#held.has(target)) {
        const failed = (error: unknown) => {
          this.#held.delete(target);
          this.refused(target, error);
        };
        this.#held.set(target, this.client.subscribe(target, options(target), { ...this.listener, error: failed }));
      }
    }
  }

  stop(): void {
    this.#held.forEach((subscription) => subscription.unsubscribe());
    this.#held.clear();
  }
}

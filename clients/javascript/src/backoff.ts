/** Bounds of the time between two attempts to connect. */
export interface Retry {
  /** The first attempt is made within this time; each further one may take twice as long. */
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Full jitter: after a restart many clients come back at once, and must not do so in step. */
export function delay(attempt: number, { firstMs, maxMs }: Retry): number {
  return Math.random() * Math.min(maxMs, firstMs * 2 ** Math.min(attempt, 20));
}

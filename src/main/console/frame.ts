import { useEffect, useState } from 'preact/hooks';

/**
 * Calls at most once for each animation frame, however often it is asked, and less often when a call was slow or `leastMs` says
 * so: input always gets its turn.
 */
export class Frame {
  #asked = 0;
  #notBefore = 0;

  constructor(
    private readonly draw: () => void,
    private readonly leastMs = 0,
  ) {}

  ask(): void {
    this.#asked ||= requestAnimationFrame(this.#turn);
  }

  cancel(): void {
    cancelAnimationFrame(this.#asked);
    this.#asked = 0;
  }

  readonly #turn = (now: number): void => {
    if (now < this.#notBefore) {
      this.#asked = requestAnimationFrame(this.#turn);
      return;
    }
    this.#asked = 0;
    const begun = performance.now();
    this.draw();
    // Preact draws in a microtask, which comes before this one.
    queueMicrotask(() => (this.#notBefore = now + Math.max(this.leastMs, 3 * (performance.now() - begun))));
  };
}

/** Redraws the component when asked, at most once a frame. */
export function useFrame(leastMs = 0): () => void {
  const [, redraw] = useState({});
  const [frame] = useState(() => new Frame(() => redraw({}), leastMs));
  useEffect(() => () => frame.cancel(), [frame]);
  return () => frame.ask();
}

/** Redraws the component so often, for what says how long ago something was. */
export function useTick(everyMs: number): void {
  const [, redraw] = useState({});
  useEffect(() => {
    const timer = setInterval(() => redraw({}), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
}

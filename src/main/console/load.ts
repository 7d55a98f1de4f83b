import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { words } from './words.js';

export interface Loaded<T> {
  readonly data: T | undefined;
  /** Why the last try failed, in words; what was loaded before stays. */
  readonly error: string | undefined;
  readonly loading: boolean;
  reload(): void;
  /** Once within half a second, however often it is asked for: what comes live may come a thousand times. */
  reloadSoon(): void;
}

const SOON_MS = 500;

/**
 * Loads something now, when one of `inputs` changes, and every `everyMs` while the page is looked at. Answers that come too late
 * are dropped.
 */
export function useLoad<T>(load: () => Promise<T>, inputs: readonly unknown[], everyMs = 0): Loaded<T> {
  const [state, set] = useState<{ data?: T; error?: string; loading: boolean }>({ loading: true });
  const question = useRef(0);
  const last = useRef(load);
  last.current = load;
  const reload = useCallback(() => {
    const asked = ++question.current;
    last.current().then(
      (data) => asked === question.current && set({ data, loading: false }),
      (error) =>
        asked === question.current && set((before) => ({ ...before, error: words(error), loading: false })),
    );
  }, []);
  const soon = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const reloadSoon = useCallback(() => {
    soon.current ??= setTimeout(() => {
      soon.current = undefined;
      reload();
    }, SOON_MS);
  }, []);
  useEffect(() => {
    set({ loading: true });
    reload();
    const timer = everyMs > 0 ? setInterval(() => document.visibilityState === 'visible' && reload(), everyMs) : 0;
    return () => {
      question.current++;
      clearInterval(timer);
      clearTimeout(soon.current);
      soon.current = undefined;
    };
  }, [...inputs, everyMs]);
  return { data: state.data, error: state.error, loading: state.loading, reload, reloadSoon };
}

export interface Doing {
  readonly busy: boolean;
  /** What came of it, in words. */
  readonly said: { readonly good: boolean; readonly text: string } | undefined;
  /** Does it, unless it is being done; what it answers is what is said then. */
  run(what: () => Promise<string | void>): Promise<boolean>;
  clear(): void;
}

/** Something that a reader does, what came of it, and why not. */
export function useDoing(): Doing {
  const [said, say] = useState<Doing['said']>(undefined);
  const [busy, setBusy] = useState(false);
  const under = useRef(false);
  return {
    busy,
    said,
    clear: () => say(undefined),
    async run(what) {
      if (under.current) {
        return false;
      }
      under.current = true;
      setBusy(true);
      try {
        const text = await what();
        say(text ? { good: true, text } : undefined);
        return true;
      } catch (error) {
        say({ good: false, text: words(error) });
        return false;
      } finally {
        under.current = false;
        setBusy(false);
      }
    },
  };
}

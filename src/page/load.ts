import { useCallback, useEffect, useState } from 'preact/hooks';
import { type ApiFailure, read } from './api.ts';
import { connected } from './live.ts';
import { useValue } from './observable.ts';

export interface Loaded<T> {
  readonly value: T | undefined;
  readonly failure: ApiFailure | undefined;
  readonly isLoading: boolean;
  reload(): void;
}

/**
 * What the service says at a path; asked for anew when the line was away, every `everyMs`, and on `reload`. What was there
 * stays until the new is there, and while the service is away.
 */
export function useLoaded<T>(path: string, everyMs?: number): Loaded<T> {
  const [state, setState] = useState<{ path: string; value?: T; failure?: ApiFailure }>({ path });
  const [round, setRound] = useState(0);
  const [isLoading, setLoading] = useState(true);
  const line = useValue(connected);
  const reload = useCallback(() => setRound((known) => known + 1), []);
  // A round and the line are reasons to ask anew.
  useEffect(() => {
    const stop = new AbortController();
    setLoading(true);
    read<T>(path, stop.signal)
      .then((value) => setState({ path, value }))
      .catch((failure: ApiFailure) => {
        if (stop.signal.aborted) return;
        setState((known) =>
          known.path === path && known.value !== undefined ? { ...known, failure } : { path, failure },
        );
      })
      .finally(() => {
        if (!stop.signal.aborted) setLoading(false);
      });
    return () => stop.abort();
  }, [path, round, line]);
  useEffect(() => {
    if (everyMs === undefined) return undefined;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') reload();
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, reload]);
  const isOwn = state.path === path;
  return { value: isOwn ? state.value : undefined, failure: isOwn ? state.failure : undefined, isLoading, reload };
}

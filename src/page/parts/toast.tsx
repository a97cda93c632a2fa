import { observable, useValue } from '../observable.ts';

const shown = observable<{ readonly text: string; readonly n: number } | undefined>(undefined);
const SHOWN_MS = 6_000;

/** Says for a moment that something was done. */
export function toast(text: string): void {
  const n = (shown.get()?.n ?? 0) + 1;
  shown.set({ text, n });
  setTimeout(() => {
    if (shown.get()?.n === n) shown.set(undefined);
  }, SHOWN_MS);
}

export function Toast() {
  const one = useValue(shown);
  return (
    <div class="toasts" role="status" aria-live="polite">
      {one && <div class="toast">{one.text}</div>}
    </div>
  );
}

import type { HttpError } from '../contracts/api/acts.ts';
import type { LiveEvent } from '../contracts/api/live-event.ts';
import type { Health } from '../contracts/api/now.ts';
import { isLocked, requestHeaders } from './api.ts';
import { observable } from './observable.ts';

/** How the line to the service is: `live`: what happens arrives · `away`: it is tried again and again. */
export const line = observable<'connecting' | 'live' | 'away'>('connecting');
export const health = observable<Health | undefined>(undefined);
/** Why the service does not tell this page what happens, in its words; undefined: it does, or it does not answer at all. */
export const refused = observable<string | undefined>(undefined);
/** Grows each time the line is there again: what was missed meanwhile has to be asked for. */
export const connected = observable(0);
/** What the server's clock says, less this one's, in milliseconds. */
export const clockOffsetMs = observable(0);

type Listener = (event: LiveEvent) => void;
const listeners = new Set<Listener>();

/** Tells of everything that happens while the line is there; returns how to stop. */
export function onLiveEvent(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The service says something every two seconds. A line that is silent for longer than this is dead. */
const SILENT_MS = 8_000;
const RETRY_MS = [300, 600, 1_200, 2_500, 5_000];

/** Keeps a line to the service for as long as the page is open. Not an EventSource, since that can't carry the token. */
export async function keepLine(): Promise<never> {
  for (let failures = 0; ; failures += 1) {
    try {
      await listen(() => {
        failures = 0;
        refused.set(undefined);
        line.set('live');
        connected.set(connected.get() + 1);
      });
    } catch {
      // It is tried again below, whatever it was.
      refused.set(undefined);
    }
    line.set('away');
    const ms = RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] as number;
    await new Promise((resolve) => setTimeout(resolve, ms * (0.7 + Math.random() * 0.6)));
  }
}

async function listen(onOpen: () => void): Promise<void> {
  const stop = new AbortController();
  let silence = setTimeout(() => stop.abort(), SILENT_MS);
  try {
    const response = await fetch('/api/v1/events', { headers: requestHeaders(), signal: stop.signal });
    if (response.status === 401) isLocked.set(true);
    if (!response.ok || !response.body) {
      refused.set(((await response.json()) as HttpError).message);
      return;
    }
    isLocked.set(false);
    onOpen();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      clearTimeout(silence);
      silence = setTimeout(() => stop.abort(), SILENT_MS);
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) take(block);
    }
  } finally {
    clearTimeout(silence);
  }
}

function take(block: string): void {
  const data = block
    .split('\n')
    .filter((row) => row.startsWith('data:'))
    .map((row) => row.slice(5).trimStart())
    .join('\n');
  if (data === '') return;
  const event = JSON.parse(data) as LiveEvent;
  if (event.type === 'health') {
    health.set(event.health);
    clockOffsetMs.set(event.health.at_ms - Date.now());
  }
  for (const listener of listeners) listener(event);
}

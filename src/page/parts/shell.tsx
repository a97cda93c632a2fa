import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { type Address, go } from '../address.ts';
import { isLocked } from '../api.ts';
import { useKeys } from '../keys.ts';
import { health, line } from '../live.ts';
import { useValue } from '../observable.ts';
import { nextTheme, theme } from '../theme.ts';
import { ActDialog } from './act-dialog.tsx';
import { Banner } from './banner.tsx';
import { Help } from './help.tsx';
import { Toast } from './toast.tsx';

const VIEWS = [
  ['/', 'Now', 'now'],
  ['/runs', 'Runs', 'runs'],
  ['/subscriptions', 'Subscriptions', 'subscriptions'],
  ['/rules', 'Rules', 'rules'],
  ['/drift', 'Drift', 'drift'],
  ['/workbench', 'Workbench', 'workbench'],
] as const;

/** What stands around every view: where one can go, how knell is, and what is wrong. */
export function Shell({ address, children }: { address: Address; children: ComponentChildren }) {
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [isModeOpen, setModeOpen] = useState(false);
  const state = useValue(line);
  const known = useValue(health);
  const chosen = useValue(theme);
  const locked = useValue(isLocked);
  const keys = useMemo(
    () => ({
      gn: () => go('/'),
      gr: () => go('/runs'),
      gs: () => go('/subscriptions'),
      gu: () => go('/rules'),
      gd: () => go('/drift'),
      gw: () => go('/workbench'),
      '/': () => document.querySelector<HTMLInputElement>('input[type=search]')?.focus(),
      '?': () => setHelpOpen(true),
    }),
    [],
  );
  useKeys(keys);
  // What is shown arrives, but knell itself does not hear of what happens.
  const isTroubled = state === 'live' && known?.ready === false;
  const current = address.view === 'run' ? 'runs' : address.view;
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="top">
        <a class="brand" href="/">
          <img src="/icon.svg" alt="" width="22" height="22" />
          knell
        </a>
        <nav aria-label="Views">
          {VIEWS.map(([path, title, view]) => (
            <a key={path} href={path} aria-current={view === current ? 'page' : undefined}>
              {title}
            </a>
          ))}
        </nav>
        <div class="top-end">
          <span class={`line line-${isTroubled ? 'troubled' : state}`} role="status">
            <span class="sign" aria-hidden="true" />
            {locked ? 'locked' : isTroubled ? 'not reading' : state}
          </span>
          {known && (
            <button
              type="button"
              class={`mode mode-${known.mode}`}
              onClick={() => setModeOpen(true)}
              title="The fleet's mode"
            >
              {known.mode}
            </button>
          )}
          <button type="button" class="quiet" onClick={nextTheme} title="Light, dark, or as the system is">
            {chosen === 'system' ? '◑' : chosen === 'light' ? '☀' : '☾'}
            <span class="hidden">Theme: {chosen}</span>
          </button>
          <button type="button" class="quiet" onClick={() => setHelpOpen(true)} title="Keys">
            ?<span class="hidden">Help</span>
          </button>
        </div>
      </header>
      <Banner />
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <Toast />
      {isHelpOpen && <Help onClose={() => setHelpOpen(false)} />}
      {isModeOpen && known && (
        <ActDialog
          title={known.mode === 'shadow' ? 'Have the fleet end doomed runs' : 'Take the fleet into shadow mode'}
          path="/mode"
          body={{ mode: known.mode === 'shadow' ? 'enforce' : 'shadow' }}
          confirm={known.mode === 'shadow' ? 'Enforce' : 'Shadow'}
          isDangerous={known.mode !== 'shadow'}
          onClose={() => setModeOpen(false)}
        >
          <p>
            {known.mode === 'shadow'
              ? 'All workers end doomed runs from then on, with all rules; what is in shadow by itself is released too.'
              : 'No worker ends a run from then on. What they would have done is recorded.'}
          </p>
        </ActDialog>
      )}
    </>
  );
}

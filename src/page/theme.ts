import { observable } from './observable.ts';

export type Theme = 'system' | 'light' | 'dark';
const KEY = 'knell.theme';
const NEXT: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' };

export const theme = observable<Theme>(readTheme());

/** Has the page look as chosen before, or as the system does. */
export function applyTheme(): void {
  const apply = (chosen: Theme): void => {
    if (chosen === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = chosen;
  };
  apply(theme.get());
  theme.watch((chosen) => {
    localStorage.setItem(KEY, chosen);
    apply(chosen);
  });
}

export function nextTheme(): void {
  theme.set(NEXT[theme.get()]);
}

/** Whether what is drawn by hand has to be drawn for a dark page. */
export function isDark(): boolean {
  const chosen = theme.get();
  return chosen === 'dark' || (chosen === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
}

function readTheme(): Theme {
  const known = localStorage.getItem(KEY);
  return known === 'light' || known === 'dark' ? known : 'system';
}

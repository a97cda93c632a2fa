import { plainText } from './plain-text.ts';

const TITLES = {
  now: 'Now',
  runs: 'Runs',
  subscriptions: 'Subscriptions',
  rules: 'Rules',
  drift: 'Drift',
  workbench: 'Workbench',
  nowhere: 'Nothing here',
};

/** As much of an address as its title needs. */
export interface Titled {
  readonly view: 'run' | keyof typeof TITLES;
  readonly about?: string;
  readonly query: Readonly<Record<string, string>>;
}

/** What the browser's tab and its history call an address: the view, or what it is about. Pure. */
export function titleOf({ view, about, query }: Titled): string {
  if (view === 'run') return `${plainText(about ?? '')} · knell`;
  const chosen = view === 'rules' ? query.rule : undefined;
  return `${chosen === undefined ? TITLES[view] : `${plainText(chosen)} · ${TITLES[view]}`} · knell`;
}

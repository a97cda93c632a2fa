import { observable, useValue } from './observable.ts';
import { titleOf } from './title-of.ts';

/** Where the page is: a view's name, what it is about, and its filters. */
export interface Address {
  readonly view: 'now' | 'runs' | 'run' | 'subscriptions' | 'rules' | 'drift' | 'workbench' | 'nowhere';
  /** The run, where the view is about one. */
  readonly about?: string;
  readonly query: Readonly<Record<string, string>>;
}

/** Reads an address of the browser. Pure. */
export function readAddress(path: string, search: string): Address {
  const query = Object.fromEntries(new URLSearchParams(search));
  const [first = '', second] = path.split('/').slice(1);
  if (first === '') return { view: 'now', query };
  if (first === 'runs' && second) return { view: 'run', about: decodeURIComponent(second), query };
  if (second === undefined && ['runs', 'subscriptions', 'rules', 'drift', 'workbench'].includes(first)) {
    return { view: first as Address['view'], query };
  }
  return { view: 'nowhere', query };
}

/** The path of a view with its filters, those that are empty left out. */
export function pathOf(path: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  const given = Object.entries(query).filter((pair): pair is [string, string] => Boolean(pair[1]));
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

const here = observable(readAddress(location.pathname, location.search));
addEventListener('popstate', arrive);

/** Shows what the address says. The title is set after the address: the history keeps it for the one that is left otherwise. */
function arrive(): void {
  const address = readAddress(location.pathname, location.search);
  document.title = titleOf(address);
  here.set(address);
}

/** Goes to a path of the page; `replace`: the way back leads past where it was. */
export function go(path: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, '', path);
  else {
    history.pushState(null, '', path);
    scrollTo(0, 0);
  }
  arrive();
}

export function useAddress(): Address {
  return useValue(here);
}

/** Follows links to the page itself without loading it anew, and gives the page the title of where it is. */
export function followLinks(): void {
  arrive();
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const link = (event.target as Element | null)?.closest('a');
    if (!link || link.origin !== location.origin || link.target || link.hasAttribute('download')) return;
    if (link.pathname.startsWith('/api/') || link.getAttribute('href')?.startsWith('#')) return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
}

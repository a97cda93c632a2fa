import { expect, it } from 'vitest';
import { type Titled, titleOf } from '../../../src/page/title-of.ts';

it.each<[Partial<Titled> & Pick<Titled, 'view'>, string]>([
  [{ view: 'now' }, 'Now · knell'],
  [{ view: 'runs', query: { q: 'outage' } }, 'Runs · knell'],
  [{ view: 'run', about: 'acme.job-1.2' }, 'acme.job-1.2 · knell'],
  [{ view: 'run', about: 'a\u202eb' }, 'a‹U+202E›b · knell'],
  [{ view: 'rules' }, 'Rules · knell'],
  [{ view: 'rules', query: { rule: 'auth/token-expired' } }, 'auth/token-expired · Rules · knell'],
  [{ view: 'nowhere' }, 'Nothing here · knell'],
])('%j is called %s', (address, title) => {
  expect(titleOf({ query: {}, ...address })).toBe(title);
});

import { plainText } from '../plain-text.ts';

/** Text that came from outside: shown as it is, with what would mislead the eye written out, and apart from the text around. */
export function Said({ children }: { children: string | undefined }) {
  return <bdi class="said">{plainText(children ?? '')}</bdi>;
}

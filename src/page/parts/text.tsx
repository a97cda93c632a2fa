import { momentOf } from '../moments.ts';
import { plainText } from '../plain-text.ts';

/** Text that came from outside: shown as it is, with what would mislead the eye written out, and apart from the text around. */
export function Said({ children }: { children: string | undefined }) {
  return <bdi class="said">{plainText(children ?? '')}</bdi>;
}

/** The product's name is small wherever it stands. */
function begun(text: string): string {
  return text.startsWith('knell') ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

/** A sentence of the service: it begins with a capital, its `code` looks like code, and its moments are in this browser's zone. */
export function Prose({ children }: { children: string }) {
  const parts = plainText(children).split(/(`[^`]+`|\d{4}-\d\d-\d\dT\d\d:\d\d:[\d.]+Z)/);
  return (
    <bdi class="said">
      {parts.map((part, index) => {
        if (index % 2 === 0) return index === 0 ? begun(part) : part;
        return part.startsWith('`') ? <code key={index}>{part.slice(1, -1)}</code> : momentOf(part);
      })}
    </bdi>
  );
}

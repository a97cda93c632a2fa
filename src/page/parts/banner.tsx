import { useState } from 'preact/hooks';
import { isLocked } from '../api.ts';
import { health, line, refused } from '../live.ts';
import { useValue } from '../observable.ts';
import { Prose, Said } from './text.tsx';

/** Which note was put away in this tab. */
const PUT = 'knell.note';

/** The worst thing that is wrong with knell itself: one at a time, since several at once go unread. */
export function Banner() {
  const state = useValue(line);
  const known = useValue(health);
  const [put, setPut] = useState(() => sessionStorage.getItem(PUT) ?? '');
  const reason = useValue(refused);
  const locked = useValue(isLocked);
  // Then the token is asked for, and nothing else is wrong.
  if (locked) return null;
  if (state === 'away') {
    return (
      <div class="banner tone-bad" role="alert">
        <p>
          <strong>{reason === undefined ? 'knell does not answer.' : 'This page is not live.'}</strong>{' '}
          {reason !== undefined && <Prose>{`${reason}.`}</Prose>} What is shown is what was known last. It is tried
          again all the time.
        </p>
      </div>
    );
  }
  const [worst, ...others] = known?.troubles ?? [];
  if (!worst || put === worst.code) return null;
  const hide = (): void => {
    sessionStorage.setItem(PUT, worst.code);
    setPut(worst.code);
  };
  const tone = { bad: 'bad', warning: 'warn', note: 'quiet' }[worst.level];
  return (
    <div class={`banner tone-${tone}`} role={worst.level === 'note' ? 'note' : 'alert'}>
      <p>
        <strong>
          <Said>{worst.message}</Said>
        </strong>{' '}
        <span class="remedy">{worst.remedy}</span>
        {others.length > 0 && (
          <details>
            <summary>{others.length} more</summary>
            <ul>
              {others.map(({ code, message, remedy }) => (
                <li key={code}>
                  <Said>{message}</Said> {remedy}
                </li>
              ))}
            </ul>
          </details>
        )}
      </p>
      {worst.level === 'note' && (
        <button type="button" class="quiet" onClick={hide} aria-label="Hide this note">
          ✕
        </button>
      )}
    </div>
  );
}

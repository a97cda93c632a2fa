import type { Acting } from '../../parts/act-dialog.tsx';
import { Prose } from '../../parts/text.tsx';
import { short } from './short-digest.ts';

interface PromoteButtonProps {
  /** Digest of the candidate. */
  readonly to: string;
  /** What only force passes over. */
  readonly doubts: readonly string[];
  /** Something stands in the way that not even force passes over. */
  readonly isBarred: boolean;
  act(acting: Acting): void;
}

/** Makes the candidate active: plainly, or by force where there are doubts. */
export function PromoteButton({ to, doubts, isBarred, act }: PromoteButtonProps) {
  return (
    <div class="buttons">
      {doubts.length === 0 && !isBarred ? (
        <button
          type="button"
          class="primary"
          onClick={() =>
            act({
              title: `Make ${short(to)} active`,
              path: '/rules/promote',
              body: { digest: to },
              confirm: 'Promote',
            })
          }
        >
          Promote …
        </button>
      ) : (
        <button
          type="button"
          class="danger"
          disabled={isBarred}
          onClick={() =>
            act({
              title: `Make ${short(to)} active in spite of the doubts`,
              path: '/rules/promote',
              body: { digest: to, force: true },
              confirm: 'Promote by force',
              isDangerous: true,
              children: (
                <ul>
                  {doubts.map((doubt) => (
                    <li key={doubt}>
                      <Prose>{doubt}</Prose>
                    </li>
                  ))}
                </ul>
              ),
            })
          }
        >
          Promote by force …
        </button>
      )}
    </div>
  );
}

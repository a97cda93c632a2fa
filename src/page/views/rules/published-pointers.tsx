import type { RulesReport } from '../../../contracts/api/rules.ts';
import type { Acting } from '../../parts/act-dialog.tsx';
import { Panel } from '../../parts/panel.tsx';
import { Said } from '../../parts/text.tsx';
import { When } from '../../parts/when.tsx';
import { short } from './short-digest.ts';

/** What the pointers name, how `active` moved, and the way back. */
export function PublishedPointers({ report, act }: { report: RulesReport; act: (acting: Acting) => void }) {
  const { pointers, history, packs } = report;
  const active = pointers.find(({ name }) => name === 'active');
  return (
    <Panel
      title="Published"
      aside={
        active?.previous && (
          <button
            type="button"
            onClick={() =>
              act({
                title: `Go back to ${short(active.previous)}`,
                path: '/rules/rollback',
                body: {},
                confirm: 'Roll back',
                isDangerous: true,
              })
            }
          >
            Roll back …
          </button>
        )
      }
    >
      {pointers.length === 0 ? (
        <p>Nothing is published: each worker runs the {packs.length} packs of its own folder.</p>
      ) : (
        <table class="table">
          <thead>
            <tr>
              <th>Pointer</th>
              <th>Rules</th>
              <th>Why</th>
              <th>When</th>
            </tr>
          </thead>
          <tbody>
            {pointers.map((pointer) => (
              <tr key={pointer.name}>
                <th scope="row">{pointer.name}</th>
                <td class="mono">{short(pointer.digest)}</td>
                <td>
                  <Said>{`${pointer.why} (${pointer.by})`}</Said>
                </td>
                <td>
                  <When at={pointer.at} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {history.length > 1 && (
        <details>
          <summary>{history.length} moves of “active”</summary>
          <ul class="plain-list">
            {history.map(({ serial, digest, action, by, at, why }) => (
              <li key={serial}>
                <span class="mono">{short(digest)}</span> {action} by <Said>{by}</Said>, <When at={at} />
                <div class="dim">
                  <Said>{why}</Said>
                </div>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Panel>
  );
}

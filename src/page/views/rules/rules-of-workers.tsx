import type { RulesReport } from '../../../contracts/api/rules.ts';
import { Panel } from '../../parts/panel.tsx';
import { Empty } from '../../parts/states.tsx';
import { Said } from '../../parts/text.tsx';
import { When } from '../../parts/when.tsx';
import { short } from './short-digest.ts';

/** Which rules each worker runs, and what it refused. */
export function RulesOfWorkers({ report }: { report: RulesReport }) {
  return (
    <Panel title="Workers">
      {report.workers.length === 0 ? (
        <Empty title="No worker has reported which rules it runs." />
      ) : (
        <table class="table">
          <thead>
            <tr>
              <th>Worker</th>
              <th>Rules</th>
              <th>From</th>
              <th>Since</th>
            </tr>
          </thead>
          <tbody>
            {report.workers.map(({ worker, host, group, digest, source, since, refused }) => (
              <tr key={worker}>
                <th scope="row">
                  <Said>{`${host} ${worker}`}</Said>
                  {group && <span class="dim"> {group}</span>}
                </th>
                <td class="mono">{short(digest)}</td>
                <td>
                  {source.replace('_', ' ')}
                  {refused && (
                    <div class="tone-text-bad">
                      refused {short(refused.digest)}:{' '}
                      <Said>{refused.findings[0]?.message ?? refused.findings[0]?.code}</Said>
                    </div>
                  )}
                </td>
                <td>
                  <When at={since} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

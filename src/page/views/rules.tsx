import { useEffect, useState } from 'preact/hooks';
import type { RulesReport } from '../../contracts/api/rules.ts';
import { onLiveEvent } from '../live.ts';
import { useLoaded } from '../load.ts';
import { ActDialog, type Acting } from '../parts/act-dialog.tsx';
import { Shown } from '../parts/states.tsx';
import { CandidatePanel } from './rules/candidate-panel.tsx';
import { PublishedPointers } from './rules/published-pointers.tsx';
import { RuleList } from './rules/rule-list.tsx';
import { RulesOfWorkers } from './rules/rules-of-workers.tsx';

/** Which rules are in use and where, what each did, and what is to come. */
export function RulesView({ query }: { query: Readonly<Record<string, string>> }) {
  const loaded = useLoaded<RulesReport>('/rules', 15_000);
  const { reload } = loaded;
  const [acting, setActing] = useState<Acting>();
  useEffect(
    () => onLiveEvent((event) => event.type === 'notice' && event.notice.kind === 'rules' && reload()),
    [reload],
  );
  return (
    <div class="rules">
      <div class="runs-head">
        <h1>Rules</h1>
      </div>
      <Shown loaded={loaded}>
        {(report) => (
          <>
            <div class="columns rules-top">
              <PublishedPointers report={report} act={setActing} />
              <RulesOfWorkers report={report} />
            </div>
            {report.pointers.some(({ name, digest }) => name === 'candidate' && digest !== undefined) && (
              <CandidatePanel report={report} act={setActing} />
            )}
            <RuleList entries={report.rules} query={query} act={setActing} />
          </>
        )}
      </Shown>
      {acting && (
        <ActDialog
          {...acting}
          onClose={(done) => {
            setActing(undefined);
            if (done) reload();
          }}
        />
      )}
    </div>
  );
}

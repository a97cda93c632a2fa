import type { WorkbenchLine } from '../../../contracts/api/workbench.ts';
import { SpeakerMark } from '../../parts/marks.tsx';
import { Said } from '../../parts/text.tsx';

/** One line, what it was read as, and which rules hit it or came near. */
export function BenchLine({ line }: { line: WorkbenchLine }) {
  const hits = line.rules.filter(({ outcome }) => outcome !== 'no');
  const misses = line.rules.filter(({ outcome }) => outcome === 'no');
  return (
    <li class={line.decisions.length > 0 ? 'bench-line telling' : 'bench-line'}>
      <div class="bench-said">
        <span class="log-n">{line.number}</span>
        <SpeakerMark speaker={line.speaker} />
        <code>
          <Said>{line.text}</Said>
        </code>
      </div>
      <div class="bench-became">
        <span class="dim">
          {line.event}, {line.standing}
          {line.claims_error && ', claims an error'}
        </span>
        {hits.map((said) => (
          <RuleSaid key={said.rule} said={said} />
        ))}
        {misses.length > 0 && (
          <details>
            <summary>
              {misses.length} {misses.length === 1 ? 'rule' : 'rules'} came near
            </summary>
            {misses.map((said) => (
              <RuleSaid key={said.rule} said={said} />
            ))}
          </details>
        )}
        {line.decisions.map((text) => (
          <span key={text} class="decision">
            → <Said>{text}</Said>
          </span>
        ))}
      </div>
    </li>
  );
}

function RuleSaid({ said: { rule, outcome, because } }: { said: WorkbenchLine['rules'][number] }) {
  return (
    <p class="rule-said">
      <strong>{rule}</strong> <Said>{`${outcome === 'no' ? '' : `${outcome}: `}${because}`}</Said>
    </p>
  );
}

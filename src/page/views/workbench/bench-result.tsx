import { useState } from 'preact/hooks';
import type { WorkbenchResult } from '../../../contracts/api/workbench.ts';
import { Panel } from '../../parts/panel.tsx';
import { Empty } from '../../parts/states.tsx';
import { Said } from '../../parts/text.tsx';
import { BenchLine } from './bench-line.tsx';

/** A log of so many lines is shown whole; of a longer one only what tells. */
const SHORT = 40;

/** What the log becomes: its verdict, the lines that tell of it, and its end. */
export function BenchResult({ result, isTrying }: { result: WorkbenchResult; isTrying: boolean }) {
  const { verdict, lines, read_as, left_out, ending, took_ms } = result;
  const [all, setAll] = useState(false);
  const telling = lines.filter(
    (line) => line.decisions.length > 0 || line.claims_error || line.rules.some(({ outcome }) => outcome !== 'no'),
  );
  const isShort = lines.length <= SHORT;
  const shown = all || isShort || telling.length === 0 ? lines : telling;
  if (lines.length === 0) return null;
  const tone = verdict.abort ? 'bad' : verdict.category ? 'warn' : 'good';
  return (
    <Panel title="What it becomes" aside={<span class="dim">{isTrying ? 'trying …' : `${took_ms} ms`}</span>}>
      <p class={`verdict-strip tone-edge-${tone}`} role="status">
        <strong>
          {verdict.abort ? 'The run would be ended' : verdict.category ? 'It would be recorded' : 'The run goes on'}
        </strong>
        {verdict.category && (
          <>
            : <span class="category">{verdict.category}</span> by <span class="mono">{verdict.rule}</span>
          </>
        )}{' '}
        <span class="dim">
          <Said>{verdict.message}</Said>
        </span>
      </p>
      <p class="dim">
        <Said>{read_as}</Said>
        {left_out > 0 && `; ${left_out} further lines are left out`}
        {!isShort && telling.length > 0 && telling.length < lines.length && (
          <button type="button" class="link" onClick={() => setAll(!all)}>
            {all ? `show only the ${telling.length} telling lines` : `show all ${lines.length} lines`}
          </button>
        )}
      </p>
      {shown.length === 0 ? (
        <Empty title="No line." />
      ) : (
        <ol class="bench-lines">
          {shown.slice(0, 500).map((line) => (
            <BenchLine key={`${line.stream}${line.number}`} line={line} />
          ))}
        </ol>
      )}
      {ending.length > 0 && (
        <div class="ending">
          <p class="dim">at its end</p>
          {ending.map((text) => (
            <p key={text} class="decision">
              → <Said>{text}</Said>
            </p>
          ))}
        </div>
      )}
    </Panel>
  );
}

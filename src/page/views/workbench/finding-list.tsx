import type { WorkbenchResult } from '../../../contracts/api/workbench.ts';
import { Prose, Said } from '../../parts/text.tsx';

/** What is wrong in the rules file, each finding with its place and what to do. */
export function FindingList({ findings }: { findings: WorkbenchResult['findings'] }) {
  return (
    <ul class="findings" aria-label="Findings">
      {findings.map(({ level, code, line, column, message, hint }) => (
        <li key={`${code}${line}${column}${message}`} class={`tone-text-${level === 'error' ? 'bad' : 'warn'}`}>
          <span aria-hidden="true">{level === 'error' ? '✕' : '◐'}</span> {line}:{column} <Said>{message}</Said>{' '}
          <span class="dim">
            <Prose>{hint}</Prose>
          </span>
        </li>
      ))}
    </ul>
  );
}

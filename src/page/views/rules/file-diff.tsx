import type { CandidateReport } from '../../../contracts/api/rules.ts';
import { Said } from '../../parts/text.tsx';

/** What a candidate changes in one file, line by line. */
export function FileDiff({ file, lines }: CandidateReport['files'][number]) {
  return (
    <figure class="diff">
      <figcaption>{file}</figcaption>
      <pre tabIndex={0}>
        {lines.map(({ mark, text }, index) => (
          // Lines have no other name.
          <div key={index} class={mark === '+' ? 'added' : mark === '-' ? 'gone' : ''}>
            <span class="diff-mark">{mark}</span>
            <Said>{text}</Said>
          </div>
        ))}
      </pre>
    </figure>
  );
}

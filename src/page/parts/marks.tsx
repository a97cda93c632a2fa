import type { RunPhase, RunRow } from '../../contracts/api/run-row.ts';

/** How each state looks: a sign of its own besides its colour, and what it means. In the order of filters. */
export const PHASES: Readonly<
  Record<RunPhase, { readonly sign: string; readonly tone: string; readonly means: string }>
> = {
  running: { sign: '○', tone: 'calm', means: 'at work' },
  suspected: { sign: '◐', tone: 'warn', means: 'said something that may be its end; knell waits' },
  silent: { sign: '◌', tone: 'warn', means: 'has said nothing for long' },
  aborting: { sign: '▲', tone: 'bad', means: 'knell ordered its end; the host has not reported its exit' },
  ended: { sign: '■', tone: 'bad', means: 'ended by knell' },
  failed: { sign: '✕', tone: 'hurt', means: 'ended by itself, badly' },
  succeeded: { sign: '✓', tone: 'good', means: 'reported its result' },
  exited: { sign: '●', tone: 'quiet', means: 'exited well, or without saying how, and reported no result' },
};

export function PhaseMark({ phase }: { phase: RunPhase }) {
  const { sign, tone, means } = PHASES[phase];
  return (
    <span class={`mark tone-${tone}`} title={means}>
      <span class="sign" aria-hidden="true">
        {sign}
      </span>
      {phase}
    </span>
  );
}

const DISPOSITIONS: Readonly<Record<NonNullable<RunRow['disposition']>, string>> = {
  aborted: 'ended by knell',
  would_abort: 'would be ended',
  warned: 'warned about',
  recorded: 'recorded',
  suppressed: 'taken back',
};

/** What knell did about a run, in words. */
export function doneAbout(disposition: RunRow['disposition']): string {
  return disposition === undefined ? '' : DISPOSITIONS[disposition];
}

/** Who speaks in a line: a letter and a word, besides the colour. */
export const SPEAKERS: Readonly<Record<string, { readonly sign: string; readonly word: string }>> = {
  runtime: { sign: 'R', word: 'runtime' },
  narration: { sign: 'M', word: 'model' },
  tool: { sign: 'T', word: 'tool' },
  prompt: { sign: 'P', word: 'prompt' },
  unknown: { sign: '?', word: 'shared' },
};

export function SpeakerMark({ speaker }: { speaker: string }) {
  const { sign, word } = SPEAKERS[speaker] ?? { sign: '?', word: speaker };
  return (
    <span
      class={`speaker speaker-${speaker}`}
      title={
        speaker === 'unknown' ? 'on a channel that the runtime, the model and its tools share' : `the ${word} speaks`
      }
    >
      <span class="sign" aria-hidden="true">
        {sign}
      </span>
      <span class="word">{word}</span>
    </span>
  );
}

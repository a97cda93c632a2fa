import { describe, expect, it } from 'vitest';
import { INDIFFERENT, quotationOfEnding, statementAbove } from '../../../src/decode/text/reason-above.ts';
import { shapesOf } from './shapes.ts';

const above = (text: string) => {
  const shapes = shapesOf(text);
  return statementAbove(shapes, shapes.length - 1, () => undefined);
};

describe('statementAbove', () => {
  it('finds the statement right above, with its words', () => {
    expect(above('Error: key refused\nAborting.')).toMatchObject({ at: 0, line: { message: 'key refused' } });
  });

  it('passes over few lines that say nothing of the run, and no more', () => {
    const others = (count: number) => 'Look at the picture of a house.\n'.repeat(count);
    expect(above(`Error: key refused\n${others(INDIFFERENT)}Aborting.`)).toMatchObject({ at: 0 });
    expect(above(`Error: key refused\n${others(INDIFFERENT + 1)}Aborting.`)).toBeUndefined();
  });

  it('looks no more than eight lines up', () => {
    expect(above(`Error: key refused${'\n'.repeat(8)}Aborting.`)).toMatchObject({ at: 0 });
    expect(above(`Error: key refused${'\n'.repeat(9)}Aborting.`)).toBeUndefined();
  });

  it('takes no statement of a retry for the reason', () => {
    expect(above('Error: overloaded, retrying in 2 seconds\nAborting.')).toBeUndefined();
  });

  it('takes no failure for the reason why a log ends that was tried again since', () => {
    const log = (...lines: string[]) => above(lines.map((line) => `2026-11-29T09:00:00Z ${line}`).join('\n'));
    const ends = ['ERROR key refused', 'INFO retrying attempt=1', 'INFO exiting loop'];
    expect(log(...ends)).toBeUndefined();
    expect(log(ends[0] as string, ends[2] as string)).toMatchObject({ at: 0 });
    expect(log(ends[0] as string, ends[1] as string, 'ERROR exiting loop')).toMatchObject({ at: 0 });
  });

  it('takes no failure for it behind which a log tells of a step, or of a session that begins', () => {
    const log = (step: string) =>
      above(
        `2026-11-29T09:00:00Z ERROR no server\n2026-11-29T09:00:01Z INFO ${step}\n2026-11-29T09:00:02Z INFO exiting loop`,
      );
    expect(log('session.prompt step=1 loop')).toBeUndefined();
    expect(log('service=session id=ses_1 created')).toBeUndefined();
    expect(log('session.prompt loop')).toMatchObject({ at: 0 });
  });

  it('does not take the words themselves', () => {
    expect(above('Error: Aborting.')).toBeUndefined();
  });
});

describe('quotationOfEnding', () => {
  const source = { name: 'generic', known: () => undefined, isAgent: false, hasAnswers: false, isClientOnly: false };
  const quotation = (text: string, hasAnswers = false) => {
    const shapes = shapesOf(text);
    const at = shapes.length - 1;
    const reason = statementAbove(shapes, at, source.known);
    return reason && quotationOfEnding(shapes, at, reason, { ...source, hasAnswers });
  };

  it("takes what a wrapper shows for a tool's, although it says itself that the work is over", () => {
    expect(quotation('step: | Error: key refused\nstep: exit 1')).toBe("a tool's output");
    expect(quotation('Error: key refused\nstep: exit 1')).toBeUndefined();
  });

  it("takes what git prints for the answer's where prose stands above it", () => {
    const ends = "fatal: Authentication failed for 'https://git.lane.test/'\n[hub] agent could not be started";
    expect(quotation(ends, true)).toBeUndefined();
    expect(quotation(`I have read the log of the failed job.\n\n${ends}`, true)).toBe('after prose');
    expect(quotation(`The failed job of last night ends with:\n\n${ends}`, true)).toBe('announced');
  });
});

import { expect, test } from 'vitest';
import { type LookBack, readOnce } from '../../../src/pipeline/output/look-back.ts';
import type { LoggedLine } from '../../../src/pipeline/ports/ports.ts';
import fc from '../../support/fast-check.ts';

const lineAt = (seq: number): LoggedLine => ({ stream: 'stdout', position: { seq, row: 0 }, text: `line ${seq}` });
const LINES = Array.from({ length: 30 }, (_, at) => lineAt(at + 1));
const NOTHING = { hits: [], recoveries: [], signals: [] };

/** A history of 30 lines, and how many lines were read and matched of it. */
function open() {
  const asked = { lines: 0, matches: 0 };
  const history: LookBack = {
    async linesAfter({ seq }, limit) {
      const lines = LINES.filter(({ position }) => position.seq > seq).slice(0, limit);
      asked.lines += lines.length;
      return lines;
    },
    async matchOf() {
      asked.matches += 1;
      return NOTHING;
    },
    begin: async () => ({ seq: 1, atMs: 0 }),
  };
  return { asked, history };
}

test('what was read once is not read again, for questions that go on', async () => {
  const { asked, history } = open();
  const back = readOnce(history);
  for (let seq = 0; seq < 30; seq += 1)
    for (const line of await back.linesAfter({ seq, row: 0 }, 10)) await back.matchOf(line);
  expect(asked).toEqual({ lines: 30, matches: 30 });
});

test('the answer is that of the history, whatever was asked before', async () => {
  const question = fc.record({ seq: fc.integer({ min: 0, max: 32 }), limit: fc.integer({ min: 1, max: 12 }) });
  await fc.assert(
    fc.asyncProperty(fc.array(question), async (questions) => {
      const { history } = open();
      const back = readOnce(history);
      for (const { seq, limit } of questions) {
        expect(await back.linesAfter({ seq, row: 0 }, limit)).toEqual(await history.linesAfter({ seq, row: 0 }, limit));
      }
    }),
  );
});

import { expect, it } from 'vitest';
import { shapeLine } from '../../../src/decode/text/line-shape.ts';
import { ENDING_WORDS, endsWork, isNamed, saysEnded } from '../../../src/decode/text/run-endings.ts';

it.each([
  'Giving up after 6 retries.',
  'agent: start-up failed, nothing was asked',
  'Session finished: state=error',
  'Exit due to context window',
  'Failed to initialize runtime: no space left',
  'agent: fatal, see above; 0 turns',
  '[host] task result: none (stop_reason=exception)',
  'Failed on acme__app-9: Uncaught RuntimeError: no checkout',
  'retries exhausted, leaving',
  'worker: exiting with 75',
  '[runner] checkout for the agent failed (128), run cancelled',
  'The task cannot continue without it.',
  '[Ablauf] Auftrag 51 fehlgeschlagen',
  'process closed exitCode=1 duration=2s',
  'nothing to resume',
  '[job 8812] failed',
  '[lane/main] task dropped',
  '[job 41] finished: error',
  'orc: lane=backend result=failed',
  '2026-11-20T05:00:19Z ERROR run=r-7 status=failed reason="could not push the branch" retries_left=0',
  'agent bridge: giving up',
  'Exit status: exit_api',
  '[run 31] ended 137',
  'Background run failed. Exception: (a body that is long '.concat('x'.repeat(300), ')'),
  "La session s'arrête ici.",
  'Задача остановлена.',
  '[trae] 任务终止: 模型调用失败',
  '処理を終了します。',
])('%j says that the work is over', (line) => {
  expect(saysEnded(shapeLine(line))).toBe(true);
});

it.each([
  'exit code 0',
  'The run failed as expected, continuing.',
  "I'll stop here and leave the rest to you.",
  'The agent stopped because the message says so.',
  'All tasks completed, exiting successfully',
  'outcome = run failed',
  'resetting the page',
  'embedded run done: aborted=false',
  'ended 1370 ms later',
  'closed with 2 comments',
  '「終了します」と表示される',
  `${'a'.repeat(300)} giving up`,
])('%j does not', (line) => {
  expect(saysEnded(shapeLine(line))).toBe(false);
});

it("knows the agent's work, or a program that names itself, from other endings", () => {
  expect(endsWork(shapeLine('agent could not be started (127)'))).toBe(true);
  expect(endsWork(shapeLine('lodger: shutting down'))).toBe(true);
  expect(endsWork(shapeLine('Exiting due to connection error: no'))).toBe(true);
  expect(endsWork(shapeLine('[run 31] ended 137'))).toBe(true);
  expect(saysEnded(shapeLine('[bridge] chan:a closed with 70'))).toBe(true);
  expect(endsWork(shapeLine('Download aborted'))).toBe(false);
});

it('knows lines before which a program has put its name', () => {
  expect(isNamed(shapeLine('[worker-3] done'))).toBe(true);
  expect(isNamed(shapeLine('agy: sign-in expired'))).toBe(true);
  expect(isNamed(shapeLine('Sign-in expired'))).toBe(false);
});

it('gives patterns without look-around, of which one is in each ending', () => {
  const words = ENDING_WORDS.map((source) => new RegExp(source, 'i'));
  for (const ending of ['run cancelled', 'exiting with 75', 'no more retries', 'it stops', 'not restarting']) {
    expect(words.some((one) => one.test(ending))).toBe(true);
  }
});

it.each([
  'no retries left',
  'entrypoint: setup of the agent failed',
  'bootstrap has failed',
  'Der Agent endet mit Code 3',
  'El agente terminó con el código 7',
  'エージェントは終了 コード: 1',
  '进程退出，代码 137',
  'Процесс вышел, код 2.',
  'Tiến trình thoát với mã 1',
])('%j says that the work is over, too', (line) => {
  expect(saysEnded(shapeLine(line))).toBe(true);
});

it.each([
  'two retries left',
  'setup of the linter is slow',
  '[proxy] GET /b answered with code 404',
  'código 0',
  'コード: 0',
  'код 2 из 5 готов',
  'postcode 1234',
])('%j does not, either', (line) => {
  expect(saysEnded(shapeLine(line))).toBe(false);
});

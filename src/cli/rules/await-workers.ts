import { setTimeout as pause } from 'node:timers/promises';
import { InvalidArgumentError, Option } from 'commander';
import type { StoredPointer } from '../../bundles/ports.ts';
import { answerTo, type WorkersAnswer } from '../../bundles/workers-answer.ts';
import { durationMs } from '../../contracts/duration.ts';
import type { RulesPointer } from '../../contracts/rules-pointer.ts';
import type { RulesStores } from '../../nats/ensure-streams.ts';
import { EXIT, exitCodeOf } from '../exit-codes.ts';
import { printable } from '../terminal/keep-to-text.ts';
import { renderRefusals } from './open-bundle.ts';

/** Longer than the ten seconds after which a worker looks that missed the word. */
const USUAL = '15s';
const LOOK_EVERY_MS = 50;

export interface AnswerOptions {
  /** How long to wait for workers, in milliseconds. */
  readonly wait: number;
  readonly json?: true;
}

/** The option `--wait`, whose value is milliseconds. */
export function waitOption(): Option {
  return new Option('--wait <span>', 'how long to wait for what the running workers say to it; 0s: not at all')
    .argParser((text: string) => {
      try {
        return durationMs(text);
      } catch {
        throw new InvalidArgumentError('Write a span such as 500ms, 15s or 2m; 0s waits for nobody.');
      }
    })
    .default(durationMs(USUAL), USUAL);
}

/**
 * Prints a move that was made, waits for the running workers, and says who took it and who refused, and why. Exit code 1 where
 * one refused: what was published is then not what all workers run.
 *
 * @param done what to print of the move itself
 */
export async function sayMoved(
  stores: RulesStores,
  pointer: RulesPointer,
  done: string,
  { wait, json }: AnswerOptions,
): Promise<void> {
  if (!json) process.stdout.write(done);
  const startMs = performance.now();
  const answer = wait === 0 ? undefined : await awaitAnswer(stores, pointer, wait);
  if (json) process.stdout.write(`${JSON.stringify({ ...pointer, ...(answer && { workers: answer }) })}\n`);
  if (!answer) return;
  const { took, refused, silent } = answer;
  const all = took.length + refused.length + silent.length;
  const took_s = ((performance.now() - startMs) / 1_000).toFixed(2);
  if (!json) process.stdout.write(sentence(all, took.length, took_s));
  if (refused.length > 0) {
    const reasons = refused.map(
      ({ worker, findings }) => `knell: ${worker} refused it:\n${renderRefusals(findings)}\n`,
    );
    const left =
      refused.length === all
        ? 'knell: no worker took it, and each goes on with what it ran; "knell rules rollback" takes a publication back\n'
        : '';
    process.stderr.write(printable(reasons.join('') + left, process.stderr));
    process.exitCode = EXIT.found;
  }
  if (silent.length > 0) {
    const names = printable(silent.join(', '), process.stderr);
    process.stderr.write(
      `knell: ${silent.length} of ${all} workers have said nothing to it within ${wait / 1_000} s, or are gone: ${names}; look at "knell rules status"\n`,
    );
  }
}

function sentence(all: number, took: number, seconds: string): string {
  if (all === 0) return 'no worker that this is for runs now; each follows when it starts\n';
  return `${took} of ${all} ${all === 1 ? 'worker' : 'workers'} took it, after ${seconds} s\n`;
}

/** Undefined where this login may not see what workers say. */
async function awaitAnswer(
  { pointers, workers }: RulesStores,
  pointer: RulesPointer,
  limitMs: number,
): Promise<WorkersAnswer | undefined> {
  const names = (await pointers.names()).filter((name) => name.startsWith('pin.'));
  const pins = await Promise.all(names.map((name) => pointers.get(name)));
  const pinned = names.filter((_, index) => (pins[index] as StoredPointer | undefined)?.pointer?.digest !== undefined);
  const untilMs = performance.now() + limitMs;
  try {
    for (;;) {
      const answer = answerTo(pointer, await workers.list(), pinned);
      if (answer.silent.length === 0 || performance.now() >= untilMs) return answer;
      await pause(Math.min(LOOK_EVERY_MS, Math.max(1, untilMs - performance.now())));
    }
  } catch (error) {
    if (exitCodeOf(error) !== EXIT.unreachable) throw error;
    process.stderr.write(`knell: what workers say to it could not be read: ${(error as Error).message}\n`);
    return undefined;
  }
}

import { AGENTS } from './launch.ts';
import type { LineShape } from './line-shape.ts';
import { endsWork, isNamed, saysEnded } from './run-endings.ts';
import type { StatementLine } from './statement-line.ts';
import type { TextSource } from './text-source.ts';

/** What a program says last of its own failure: `…; exiting`. */
const LEAVES = /[;,.:] (?:stopping|exiting|aborting|giving up|quitting|terminating|shutting down)\.?$/;

/** A logger that is the agent's own, or its host's, and no part of either. */
const WHOLE = new RegExp(
  `^(?:${AGENTS})$|^(?!.*::).*\\b(?:agent|runner|run|worker|session|orchestrator|supervisor|main)\\b`,
  'i',
);

/**
 * Whether a line says that the run is over, and the program or its host says so: where the model's answer stands on the
 * same channel, only under a name, in a log, or as a runner shows its own errors. Pure.
 *
 * @param line what the line states, if anything
 */
export function endsRun(
  shapes: readonly LineShape[],
  at: number,
  source: TextSource,
  line: StatementLine | undefined,
): boolean {
  const shape = shapes[at] as LineShape;
  // A part of a program that has a name logs its own end.
  const isWhole = shape.logger === undefined || shape.logger === shape.source || WHOLE.test(shape.logger);
  const isOver =
    shape.level === 'fatal' ||
    (isWhole && (endsWork(shape) || isHostsEnding(shapes, at) || (isOwnLog(shape, source) && saysEnded(shape)))) ||
    (line?.grade === 'label' && LEAVES.test(shape.body));
  if (!isOver || !source.hasAnswers) return isOver;
  return isNamed(shape) || isOwnLog(shape, source) || isRaised(shape) || isAllLogged(shapes, at);
}

/** Whether another wrapper than the one of the line above says that the work is over. */
export function isHostsEnding(shapes: readonly LineShape[], at: number): boolean {
  const shape = shapes[at] as LineShape;
  return at > 0 && shape.source !== undefined && shape.source !== shapes[at - 1]?.source && saysEnded(shape);
}

/** Whether the runtime logs, under its own name, that something failed: `10:02:11 - openhands:ERROR: …`. */
function isOwnLog({ stamped, level, logger }: LineShape, { name }: TextSource): boolean {
  return stamped && (level === 'error' || level === 'fatal') && logger === name;
}

/** Whether a runner of CI shows a line as an error of its own step. */
function isRaised({ text }: LineShape): boolean {
  return /^\s*##\[error\]/.test(text);
}

/** Whether a line is of a named part's log, and so is every line above: no model writes between those. */
function isAllLogged(shapes: readonly LineShape[], at: number): boolean {
  const isLogged = ({ stamped, level, logger }: LineShape) => stamped && level !== undefined && logger !== undefined;
  return shapes.slice(0, at + 1).every((shape) => shape.body === '' || isLogged(shape));
}

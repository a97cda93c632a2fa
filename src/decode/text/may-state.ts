import { isRetriesOver } from '../failure/retry-wording.ts';
import { closesJob } from './closing-lines.ts';
import type { LineShape } from './line-shape.ts';
import { beginsWithName } from './program-name.ts';
import { saysEnded } from './run-endings.ts';
import { isBareException } from './statement-label.ts';
import { statementIn } from './statement-line.ts';
import { saysFailure } from './statement-words.ts';

/** The opening bracket of a body that is printed over several lines. */
const BODY_OPENS = /^\[?\{$/;

/**
 * Whether a line can be one at which `readTextFailure` reads a failure, whatever stands around it: by its own form, as the
 * beginning of a body, or as the end of what was said above it. Beside these only a screen that asks a person, words below the
 * title of a box, the first words of a channel, banners and what packs word can be one. Pure.
 */
export function mayState(shape: LineShape): boolean {
  const { body, glyph, level } = shape;
  return (
    statementIn(shape) !== undefined ||
    BODY_OPENS.test(body) ||
    isBareException(body) ||
    level === 'fatal' ||
    saysEnded(shape) ||
    closesJob(shape) ||
    (glyph === 'fail' && isRetriesOver(body)) ||
    (level === undefined && namesFailure(shape))
  );
}

/** Whether a line speaks of a failure behind the name of its program or a wrapper. */
function namesFailure({ body, source }: LineShape): boolean {
  const length = beginsWithName(body)?.length ?? (source === undefined ? undefined : 0);
  return length !== undefined && saysFailure(body.slice(length));
}

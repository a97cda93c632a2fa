import { expect, it } from 'vitest';
import {
  CLIENT_NOTE,
  COMMAND_LINE,
  EDIT,
  FRAMED,
  HANGING,
  ITEM_MARK,
  PROMPT_MARK,
  SPINNER,
} from '../../../src/decode/text/screen-marks.ts';

it.each([
  ['what hangs below a line', HANGING, ['  ⎿  Read 3 lines'], ['└ 3 lines']],
  ['the wheel', SPINNER, ['✻ Pondering… (3m 41s)', '✻ Churned for 2m'], ['✻ Pondering', '* Note…']],
  ["a client's note", CLIENT_NOTE, ['ℹ Request cancelled.', '✔ indexed', '~ Edit a.ts'], ['~ about five']],
  ["a person's prompt", PROMPT_MARK, ['> hi', '❯ hi', '✨ hi', ' 3% !> hi'], ['>', '3% of it']],
  ['a frame', FRAMED, ['│ a', '╭──'], ['a │ b']],
  ['an item', ITEM_MARK, ['● a', '⏺ a'], ['• a', '  ● a']],
  ['a tool that edits', EDIT, ['⏺ Update(a.ts)'], ['⏺ Bash(a)']],
  ['a command line', COMMAND_LINE, ['❯ npm test', 'git log', './run.sh'], ['❯ sort the imports', 'gitter is down']],
])('knows %s', (_, mark, yes, no) => {
  for (const line of yes) expect(mark.test(line), line).toBe(true);
  for (const line of no) expect(mark.test(line), line).toBe(false);
});

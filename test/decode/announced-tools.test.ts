import { expect, it } from 'vitest';
import { announcesTools } from '../../src/decode/announced-tools.ts';

it('says which runtimes name a tool only when it is done, or not at all', () => {
  for (const runtime of ['opencode', 'kilo', 'continue-cli', 'generic']) expect(announcesTools(runtime)).toBe(false);
  for (const runtime of ['claude-code', 'codex']) expect(announcesTools(runtime)).toBe(true);
});

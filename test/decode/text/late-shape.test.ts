import { expect, it } from 'vitest';
import { shapeLater } from '../../../src/decode/text/late-shape.ts';
import { shapeLine } from '../../../src/decode/text/line-shape.ts';

it('says of a line what it says when it is taken apart at once', () => {
  const raw = '2026-11-03T10:00:00Z ERROR app.core:   ✕ no';
  const { text, body, indent, glyph, stamped, level, logger, source } = shapeLater(() => raw);
  expect({ text, body, indent, glyph, stamped, level, logger, source }).toEqual({
    source: undefined,
    ...(({ raw: _, ...shape }) => ({ glyph: undefined, ...shape }))(shapeLine(raw)),
  });
});

it('knows that a line was ruled out before', () => {
  expect(shapeLater(() => 'fine', true).isMute).toBe(true);
  expect(shapeLater(() => 'fine').isMute).toBe(false);
});

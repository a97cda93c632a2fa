import { expect, it } from 'vitest';
import { LoweredText } from '../../../src/decode/redact/lowered-text.ts';
import { REDACTED, shape } from '../../../src/decode/redact/secret-shape.ts';

const hide = (made: ReturnType<typeof shape>, text: string) => made.hide(text, new LoweredText(text));

it('hides the whole find where the pattern has no group', () => {
  expect(hide(shape([], 'k\\d+'), 'a k12 b k3')).toBe(`a ${REDACTED} b ${REDACTED}`);
});

it('hides each group', () => {
  expect(hide(shape([], 'user (\\w+) word (\\w+)'), 'user ann word beach')).toBe(`user ${REDACTED} word ${REDACTED}`);
});

it('hides only the group named secret', () => {
  expect(hide(shape([], '(\\w+)=(?P<secret>\\w+)'), 'name=value')).toBe(`name=${REDACTED}`);
});

it('hides the value and not its name of the same letters', () => {
  expect(hide(shape([], 'pwd=(\\w+)'), 'pwd=pwd')).toBe(`pwd=${REDACTED}`);
});

it('hides nothing where the find does not count', () => {
  expect(
    hide(
      shape([], 'k(\\d+)', ([digits]) => digits === '1'),
      'k1 k2',
    ),
  ).toBe(`k${REDACTED} k2`);
});

it('tries no text without one of its words, in any case', () => {
  const made = shape(['key', 'pin'], '\\d+');
  expect(hide(made, 'count 12')).toBe('count 12');
  expect(hide(made, 'KEY 12')).toBe(`KEY ${REDACTED}`);
});

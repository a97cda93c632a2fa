import { describe, expect, it } from 'vitest';
import { createTokenGuard, type Guessed } from '../../src/http/token-guard.ts';

const RIGHT = 'correct-horse';

/** A guard with a clock in the test's hands, and what it has told. */
function open() {
  const told: Guessed[] = [];
  let nowMs = 0;
  const guard = createTokenGuard(RIGHT, { nowMs: () => nowMs, onGuessed: (guessed) => told.push(guessed) });
  return {
    told,
    look: (token: string, address = '192.0.2.1') => guard.look(`Bearer ${token}`, address),
    pass(ms: number) {
      nowMs += ms;
    },
  };
}

/** So many different wrong tokens, one after the other. */
const guess = (one: ReturnType<typeof open>, times: number, address?: string) =>
  Array.from({ length: times }, (_, n) => one.look(`wrong-${n}`, address));

describe('a network that guesses', () => {
  it('is heard ten times in a minute, then waits with the right token too, until its first guess is a minute old', () => {
    const one = open();
    expect(guess(one, 10)).toEqual(Array(10).fill('wrong'));
    one.pass(20_000);
    expect(one.look(RIGHT)).toEqual({ waitS: 40 });
    one.pass(39_999);
    expect(one.look(RIGHT)).toEqual({ waitS: 1 });
    one.pass(1);
    expect(one.look(RIGHT)).toBe('right');
  });

  it('does not keep others waiting', () => {
    const one = open();
    guess(one, 500);
    expect(one.look(RIGHT, '192.0.2.2')).toBe('right');
    expect(one.look(RIGHT, '2001:db8::1')).toBe('right');
  });

  it('is one network by whatever address of it', () => {
    const one = open();
    for (let n = 0; n < 10; n += 1) one.look(`wrong-${n}`, `2001:db8:0:1::${n}`);
    expect(one.look(RIGHT, '2001:db8:0:1:ffff::1')).toEqual({ waitS: 60 });
    expect(one.look(RIGHT, '2001:db8:0:2::1')).toBe('right');
  });

  it('is told of at each guess, and once when it has to wait', () => {
    const one = open();
    guess(one, 50);
    const from = '192.0.2.1';
    const guesses = Array.from({ length: 10 }, (_, n) => ({ from, wrong: n + 1 }));
    expect(one.told).toEqual([...guesses, { from, wrong: 10, waitS: 60 }]);
  });
});

it('a wrong token that is sent again and again counts once: a page with an old one is no guesser', () => {
  const one = open();
  for (let n = 0; n < 1_000; n += 1) expect(one.look('old')).toBe('wrong');
  expect(one.told).toHaveLength(1);
  expect(one.look(RIGHT)).toBe('right');
});

describe('many networks that guess at once', () => {
  const flood = (one: ReturnType<typeof open>) => {
    for (let network = 0; network < 40; network += 1) guess(one, 10, `198.51.100.${network}`);
  };

  it('are heard two hundred times in a minute; whoever had the right token before is heard all the same', () => {
    const one = open();
    expect(one.look(RIGHT, '192.0.2.9')).toBe('right');
    flood(one);
    expect(one.told.filter(({ waitS }) => waitS === undefined)).toHaveLength(200);
    expect(one.look(RIGHT, '192.0.2.9')).toBe('right');
    expect(one.look(RIGHT, '192.0.2.10')).toEqual({ waitS: 60 });
    one.pass(60_000);
    expect(one.look(RIGHT, '192.0.2.10')).toBe('right');
  });

  it('are told of once', () => {
    const one = open();
    flood(one);
    expect(one.told.filter(({ from }) => from === '*')).toEqual([{ from: '*', wrong: 200, waitS: 60 }]);
  });
});

it.each([
  ['nothing', undefined],
  ['another scheme', `Basic ${RIGHT}`],
  ['a scheme alone', 'Bearer '],
])('%s is no guess', (_what, authorization) => {
  const told: Guessed[] = [];
  const guard = createTokenGuard(RIGHT, { onGuessed: (guessed) => told.push(guessed) });
  expect(guard.look(authorization, '192.0.2.1')).toBe('none');
  expect(told).toEqual([]);
});

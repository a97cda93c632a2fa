import { expect, it } from 'vitest';
import { SlidingWindow } from '../../src/classify/sliding-window.ts';
import fc from '../support/fast-check.ts';

it('counts, hands out and drops what going through all of it would, in whatever order it came', () => {
  const steps = fc.array(fc.record({ at: fc.integer({ min: 0, max: 50 }), ask: fc.integer({ min: -1, max: 51 }) }));
  fc.assert(
    fc.property(steps, fc.integer({ min: 0, max: 20 }), (moments, dropped) => {
      const window = new SlidingWindow<{ readonly atMs: number }>();
      const added: { readonly atMs: number }[] = [];
      let plain: number[] = [];
      for (const { at, ask } of moments) {
        const one = { atMs: at };
        added.push(one);
        window.add(one);
        plain = [...plain, at].sort((a, b) => a - b);
        const recent = plain.filter((ms) => ms > ask);
        expect(window.countAfter(ask)).toBe(recent.length);
        expect(window.after(ask).map(({ atMs }) => atMs)).toEqual(recent);
      }
      expect(window.dropUntil(dropped).map(({ atMs }) => atMs)).toEqual(plain.filter((ms) => ms <= dropped));
      for (const one of added) if (one.atMs % 2 === 1) window.remove(one);
      const left = plain.filter((ms) => ms > dropped && ms % 2 === 0);
      expect(window.after(-1).map(({ atMs }) => atMs)).toEqual(left);
    }),
  );
});

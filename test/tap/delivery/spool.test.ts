import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSpool } from '../../../src/tap/delivery/spool.ts';
import fc from '../../support/fast-check.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'knell-spool-test-'));
});
afterAll(() => rm(dir, { recursive: true }));

describe('spool', () => {
  it('gives rows back in order, and says when there is no room', () => {
    const spool = createSpool({ maxBytes: 10, dir });
    expect([spool.add(Buffer.from('aaaa')), spool.add(Buffer.from('bbbb')), spool.add(Buffer.from('cccc'))]).toEqual([
      true,
      true,
      false,
    ]);
    expect([spool.take(), spool.take(), spool.take()].map(String)).toEqual(['aaaa', 'bbbb', 'undefined']);
    expect(spool.add(Buffer.from('ten bytes.'))).toBe(true);
    spool.close();
  });

  it('leaves no file behind, not even while it is in use', () => {
    const spool = createSpool({ dir });
    spool.add(Buffer.from('secret'));
    expect(readdirSync(dir)).toEqual([]);
    spool.close();
  });

  it('keeps nothing when its size is 0', () => {
    expect(createSpool({ maxBytes: 0, dir }).add(Buffer.from('a'))).toBe(false);
  });

  it('takes no more and says why when its folder is not there', () => {
    const spool = createSpool({ dir: join(dir, 'missing') });
    expect(spool.add(Buffer.from('a'))).toBe(false);
    expect(spool.problem).toMatch(/missing can't be written .*ENOENT/);
  });

  it('is a queue that never loses, swaps or changes what it has accepted, and never exceeds its bound', () => {
    const step = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 30 }), fc.constant('take' as const));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const spool = createSpool({ maxBytes: 100, dir });
        const model: Buffer[] = [];
        try {
          for (const next of steps) {
            if (next === 'take') expect(spool.take()).toEqual(model.shift());
            else if (spool.add(Buffer.from(next))) model.push(Buffer.from(next));
            expect(spool.rows).toBe(model.length);
            expect(model.reduce((sum, row) => sum + row.length, 0)).toBeLessThanOrEqual(100);
          }
          for (const row of model) expect(spool.take()).toEqual(row);
        } finally {
          spool.close();
        }
      }),
    );
  });
});

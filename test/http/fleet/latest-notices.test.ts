import { expect, it } from 'vitest';
import type { Notice } from '../../../src/contracts/notice.ts';
import { latestOfEachKind, withNotice } from '../../../src/http/fleet/latest-notices.ts';

const notice = (kind: Notice['kind'], n: number): Notice => ({
  schema: 'knell.notice/v1',
  notice_id: `${kind}-${n}`,
  kind,
  at: '2026-11-28T10:00:00.000Z',
  message: `number ${n}`,
});

it('keeps an incident however many runs are silent after it', () => {
  let known: Notice[] = [notice('incident', 0)];
  for (let n = 0; n < 50; n += 1) known = withNotice(known, notice('stall', n), 3);
  expect(known.map(({ notice_id }) => notice_id)).toEqual(['stall-49', 'stall-48', 'stall-47', 'incident-0']);
});

it('leaves the order as it is', () => {
  const known = [notice('stall', 2), notice('drift', 2), notice('stall', 1), notice('drift', 1)];
  expect(latestOfEachKind(known, 5)).toEqual(known);
});

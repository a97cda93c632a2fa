import type { StreamInfo } from 'nats';
import { expect, test } from 'vitest';
import { weakCopies } from '../../../src/cli/doctor/look-at-streams.ts';

const config = { num_replicas: 3 } as StreamInfo['config'];
const replica = { name: 'n2', current: true, active: 0 };

test.each([
  ['a server that stands alone', undefined, []],
  ['three copies that are current', { leader: 'n1', replicas: [replica] }, []],
  ['a copy whose server is away', { leader: 'n1', replicas: [{ ...replica, offline: true }] }, ['lost its copy on n2']],
  ['a copy that is behind', { leader: 'n1', replicas: [{ ...replica, current: false, lag: 7 }] }, ['7 writes behind']],
  ['no leader', { replicas: [replica] }, ['has no leader']],
])('of %s', (_, cluster, said) => {
  const weak = weakCopies({ config, ...(cluster && { cluster: cluster as NonNullable<StreamInfo['cluster']> }) });
  expect(weak).toEqual(said.map((text) => expect.stringContaining(text)));
});

test('one copy in a cluster is told', () => {
  const single = { config: { ...config, num_replicas: 1 }, cluster: { leader: 'n1' } as StreamInfo['cluster'] };
  expect(weakCopies(single as Pick<StreamInfo, 'config' | 'cluster'>)).toEqual([
    expect.stringContaining('has one copy'),
  ]);
});

import { describe, expect, it } from 'vitest';
import { canGroupRuns, cgroupFolder, createRunCgroup } from '../../../src/tap/process/run-cgroup.ts';

const V1 = '33 31 0:28 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu';
const v2 = (root: string, point: string) => `42 31 0:37 ${root} ${point} rw,relatime shared:9 - cgroup2 cgroup2 rw`;

describe("the folder of this process's group", () => {
  it.each([
    [
      'a host',
      v2('/', '/sys/fs/cgroup'),
      '0::/user.slice/session-1.scope',
      '/sys/fs/cgroup/user.slice/session-1.scope',
    ],
    ['both hierarchies', `${V1}\n${v2('/', '/sys/fs/cgroup/unified')}`, '4:memory:/x\n0::/', '/sys/fs/cgroup/unified'],
    ['a part that is mounted', v2('/docker/1', '/sys/fs/cgroup'), '0::/docker/1/a', '/sys/fs/cgroup/a'],
    ['a group outside of what is mounted', v2('/docker/1', '/sys/fs/cgroup'), '0::/other', undefined],
    ['the first hierarchy alone', V1, '4:memory:/x', undefined],
    ['nothing', '', '', undefined],
  ])('on %s', (_, mounts, groups, folder) => {
    expect(cgroupFolder(mounts, groups)).toBe(folder);
  });
});

it('a group that can not be made is none', () => {
  expect(createRunCgroup('no/such/parent')).toBeUndefined();
});

it('says whether a run can have a group, and leaves none behind', () => {
  const can = canGroupRuns();
  expect(canGroupRuns()).toBe(can);
  expect(createRunCgroup(`knell-test-${process.pid}`)?.remove()).toBeUndefined();
});

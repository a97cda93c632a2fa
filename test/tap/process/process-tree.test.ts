import { describe, expect, it } from 'vitest';
import type { ProcessEntry, ProcessTable } from '../../../src/tap/process/process-table.ts';
import { createProcessTree } from '../../../src/tap/process/process-tree.ts';

/** pid, parent, group, start, environment. */
type Row = [pid: number, parent: number, group: number, start?: string, environment?: string];

function tableOf(rows: readonly Row[]): ProcessTable & { rows: readonly Row[] } {
  const entryOf = ([pid, parent, group, start = '1']: Row): ProcessEntry => ({
    pid,
    parent,
    group,
    start,
    isRunnable: false,
  });
  return {
    rows,
    list() {
      return this.rows.map(entryOf);
    },
    entry(pid) {
      const row = this.rows.find((other) => other[0] === pid);
      return row && entryOf(row);
    },
    environmentHas(pid, text) {
      return this.rows.find((other) => other[0] === pid)?.[4]?.includes(text) ?? false;
    },
  };
}

function setUp(rows: readonly Row[], grouped?: () => readonly number[]) {
  const table = tableOf(rows);
  const tree = createProcessTree({ rootPid: 10, marker: 'mark', table, grouped });
  const members = () =>
    tree
      .alive()
      .map((entry) => entry.pid)
      .sort((a, b) => a - b);
  return { table, tree, members };
}

describe('process tree', () => {
  it('holds the agent, its group, its descendants in any order of the table, and what carries its mark', () => {
    const { tree, members } = setUp([
      [30, 20, 30],
      [20, 10, 20],
      [10, 5, 10],
      [11, 1, 10],
      [40, 1, 40, '1', 'KNELL_TAP=outer:mark'],
      [41, 40, 41],
      [5, 1, 5],
      [50, 1, 50, '1', 'KNELL_TAP=other'],
    ]);
    tree.look();
    expect(members()).toEqual([10, 11, 20, 30, 40, 41]);
  });

  it('remembers members whose parents have died, and never takes a pid used anew for one of them', () => {
    const { table, tree, members } = setUp([
      [10, 5, 10],
      [20, 10, 20],
      [30, 20, 30],
    ]);
    tree.look();
    table.rows = [
      [20, 1, 20, '2'],
      [21, 20, 21],
      [30, 1, 30],
    ];
    tree.look();
    expect(members()).toEqual([30]);
  });
});

it("has what is in the run's control group, whatever it has left, and what that starts", () => {
  const rows: Row[] = [
    [10, 1, 10],
    [20, 1, 20],
    [21, 20, 21],
    [30, 1, 30],
  ];
  const { tree, members } = setUp(rows, () => [10, 20, 99]);
  tree.look();
  expect(members()).toEqual([10, 20, 21]);
});

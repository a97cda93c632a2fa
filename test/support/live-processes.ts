import { systemProcessTable } from '../../src/tap/process/process-table.ts';

/** Which of these processes are alive; zombies are not. */
export function liveProcesses(pids: readonly number[]): number[] {
  const table = systemProcessTable();
  return pids.filter((pid) => table.entry(pid) !== undefined);
}

/** Ends what a failed test may have left behind. */
export function killAll(pids: readonly number[]): void {
  for (const pid of pids) {
    // 0 is the test's own process group: a program that printed no pid must not end the tests.
    if (!(pid > 1)) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone, as it should be.
    }
  }
}

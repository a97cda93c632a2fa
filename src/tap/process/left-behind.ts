/**
 * A process that was started after the first answer and has used less than this share of a processor for this long is no tool at work, but
 * was left behind: a server in the background, or one that the client starts when it first needs it. In milliseconds; as long as a
 * call may be open in the shipped packs, and clients end silent tools after minutes.
 */
const LEFT_BEHIND_MS = 2 * 60 * 60_000;
const LEFT_BEHIND_SHARE = 0.01;

/** Whether a tool is left behind: it has done next to nothing for long. It is one again when it has worked. */
export interface Work {
  /**
   * @param cpuMs processor time that it has used so far
   * @param atMs the time of the look, epoch milliseconds
   * @param isGap nobody looked before that: what it did then is not known
   */
  take(cpuMs: number, atMs: number, isGap: boolean): void;
  isLeftBehind(): boolean;
}

/** @param cpuMs processor time that it has used when it is first seen, at `atMs` */
export function followWork(cpuMs: number, atMs: number): Work {
  let mark = { atMs, cpuMs };
  let isLeftBehind = false;
  return {
    take(nowCpuMs, nowMs, isGap) {
      const hasWorked = nowCpuMs - mark.cpuMs >= LEFT_BEHIND_MS * LEFT_BEHIND_SHARE;
      if (!isGap && !hasWorked && nowMs - mark.atMs < LEFT_BEHIND_MS) return;
      if (!isGap) isLeftBehind = !hasWorked;
      mark = { atMs: nowMs, cpuMs: nowCpuMs };
    },
    isLeftBehind: () => isLeftBehind,
  };
}

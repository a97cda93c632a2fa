import { readdir, readFile } from 'node:fs/promises';

/** Processes that carry this text in their environment and are no zombies (Linux). A daemon that left its tree is found too. */
export async function processesOf(marker: string): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
      return environment.split('\0').includes(marker) ? Number(pid) : undefined;
    }),
  );
  return found.filter((pid) => pid !== undefined);
}

/** Settles when none is left, with the time at which none was found; after the limit with what is left. */
export async function untilGone(marker: string, limitMs: number): Promise<{ goneMs: number; left: number }> {
  const lastMs = Date.now() + limitMs;
  for (;;) {
    const left = (await processesOf(marker)).length;
    if (left === 0 || Date.now() >= lastMs) return { goneMs: Date.now(), left };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** Ends what is left of a run, with the last signal. */
export async function endAll(marker: string): Promise<void> {
  for (const pid of await processesOf(marker)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
}

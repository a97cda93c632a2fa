import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import type { CheckedPacks } from '../../ruleset/load/checked-packs.ts';
import type { LoadOptions } from '../../ruleset/load/load-rules.ts';
import { RUNTIME_FACTS } from '../../ruleset/load/runtime-facts.ts';
import { describeRule, ruleWords } from './describe-rule.ts';
import type { JobMessage, Jobs } from './jobs.ts';
import { tryRules } from './try-rules.ts';
import { weighCandidate } from './weigh-candidate.ts';

/*
 * The thread that does for the page what takes long: it reads logs and tries rules, so that the service's own reading never
 * waits for it. Its host ends it when a job takes too long or too much memory.
 */

const load: LoadOptions = { ...RUNTIME_FACTS, startsLight: true, checked: checkedPacks() };

parentPort?.on('message', async ({ id, name, asked }: JobMessage) => {
  try {
    parentPort?.postMessage({ id, answer: await answer(name, asked) });
  } catch (error) {
    parentPort?.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
  }
});

async function answer(name: JobMessage['name'], asked: unknown): Promise<unknown> {
  switch (name) {
    case 'try': {
      const { files, request } = asked as Jobs['try']['asked'];
      const startMs = performance.now();
      const result = await tryRules(files, request, load);
      return { ...result, took_ms: Math.round(performance.now() - startMs) };
    }
    case 'weigh': {
      const { digest, files, place, nowMs } = asked as Jobs['weigh']['asked'];
      return weighCandidate({ digest, files }, place, load, nowMs);
    }
    case 'describe': {
      const { files, key } = asked as Jobs['describe']['asked'];
      return describeRule(files, key, load);
    }
    case 'words':
      return ruleWords((asked as Jobs['words']['asked']).files, load);
  }
}

/** The shipped packs as the build found them right; without them all files are read anew each time. */
function checkedPacks(): CheckedPacks | undefined {
  try {
    return JSON.parse(readFileSync((workerData as { checkedPacks: string }).checkedPacks, 'utf8')) as CheckedPacks;
  } catch {
    return undefined;
  }
}

import type { Evidence } from '../../authoring/replay/evidence.ts';
import type { RuleDetail } from '../../contracts/api/rules.ts';
import type { RuleWords, WorkbenchRequest, WorkbenchResult } from '../../contracts/api/workbench.ts';
import type { RulesTexts } from './rules-files.ts';
import type { StoredRunsPlace } from './weigh-candidate.ts';

/** What the thread is asked for, and what it answers. */
export interface Jobs {
  readonly try: { readonly asked: { files: RulesTexts; request: WorkbenchRequest }; readonly answer: WorkbenchResult };
  readonly weigh: {
    readonly asked: { digest: string; files: RulesTexts; place: StoredRunsPlace; nowMs: number };
    readonly answer: Evidence & { readonly tried: number };
  };
  readonly describe: {
    readonly asked: { files: RulesTexts; key: string };
    readonly answer: Omit<RuleDetail, 'entry'> | undefined;
  };
  readonly words: { readonly asked: { files: RulesTexts }; readonly answer: RuleWords };
}

export type JobName = keyof Jobs;

/** A job on its way to the thread. */
export interface JobMessage {
  readonly id: number;
  readonly name: JobName;
  readonly asked: unknown;
}

/** Its answer, or why there is none. */
export type JobAnswer =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly error: string };

import { claude } from '../support/claude-lines.ts';

/** One thing a scripted run does. `together` steps are not torn apart by an outage of the server. */
export type Step =
  | { readonly say: readonly string[]; readonly stream?: 'stdout' | 'stderr' }
  | { readonly waitMs: number }
  /** The host tells every second for so long that the run's process tree is idle. */
  | { readonly idleMs: number }
  | { readonly together: readonly Step[] }
  | { readonly exit: number | null };

/** What a run does, attempt by attempt, and what knell owes it. */
export interface Script {
  readonly name: string;
  readonly attempts: readonly { readonly steps: readonly Step[]; readonly abort: boolean; readonly record: boolean }[];
}

const banner = 'Login expired · Please run /login';
const doom = claude.fails('OAuth token has expired', 401);
const chat = (number: number): Step => ({
  say: [claude.says(`Step ${number}: the log says "${banner}" and "token has expired".`)],
});
const ending: Step = { exit: 0 };

export const SCRIPTS: readonly Script[] = [
  {
    name: 'fails fast',
    // It hangs: whether a run that exits by itself gets a command depends on which is heard first.
    attempts: [{ steps: [{ say: [claude.init(), doom] }], abort: true, record: true }],
  },
  {
    name: 'fails late',
    attempts: [
      {
        steps: [
          { say: [claude.init()] },
          chat(1),
          { waitMs: 700 },
          chat(2),
          { waitMs: 700 },
          { say: [claude.retry(401)] },
          { waitMs: 300 },
          { say: [claude.retry(401, 2)] },
        ],
        abort: true,
        record: true,
      },
    ],
  },
  {
    name: 'suspicious, then silent',
    attempts: [{ steps: [{ say: [banner] }, { idleMs: 15_000 }], abort: true, record: true }],
  },
  {
    name: 'suspicious, then healthy',
    attempts: [
      {
        steps: [
          { say: ['It prints:'] },
          { together: [{ say: [banner] }, { waitMs: 300 }, { say: ['and that was it.'] }] },
          { waitMs: 500 },
          ending,
        ],
        abort: false,
        record: true,
      },
    ],
  },
  {
    name: 'stalled in a tool',
    attempts: [
      {
        steps: [
          { say: [claude.init(), claude.calls('Bash')] },
          { waitMs: 22_000 },
          { say: [claude.toolSays('ok'), claude.succeeds()] },
          ending,
        ],
        abort: false,
        record: false,
      },
    ],
  },
  {
    name: 'silent from the start',
    attempts: [{ steps: [{ say: [claude.init()] }], abort: true, record: true }],
  },
  {
    name: 'retried under the same execution id',
    attempts: [
      { steps: [{ say: [claude.init(), doom] }], abort: true, record: true },
      {
        steps: [{ say: [claude.init()] }, chat(1), { waitMs: 300 }, { say: [claude.succeeds()] }, ending],
        abort: false,
        record: false,
      },
    ],
  },
  {
    name: 'succeeded after an error',
    attempts: [
      {
        steps: [{ say: [claude.init(), claude.retry(401)] }, { waitMs: 400 }, { say: [claude.succeeds()] }, ending],
        abort: false,
        record: false,
      },
    ],
  },
  {
    name: 'reports failure after its success',
    attempts: [{ steps: [{ say: [claude.init(), claude.succeeds(), doom] }, ending], abort: false, record: true }],
  },
  {
    name: 'only its subagents fail',
    attempts: [
      {
        steps: [
          { say: [claude.init()] },
          { say: [claude.synthetic('OAuth token has expired', 'authentication_failed', 'toolu_7')] },
          chat(1),
          { say: [claude.succeeds()] },
          ending,
        ],
        abort: false,
        record: false,
      },
    ],
  },
];

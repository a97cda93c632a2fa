import { SCRIPTS, type Script } from '../chaos/scripts.ts';
import { claude } from '../support/claude-lines.ts';

const BANNER = 'Login expired · Please run /login';

/** What healthy agents quote all day: in prose, in tool output, in a fence. None of these may be ended. */
const QUOTING: readonly Script[] = [
  {
    name: 'quotes failures in events',
    attempts: [
      {
        steps: [
          {
            say: [
              claude.init(),
              claude.says(`The test prints "${BANNER}" and then {"is_error":true,"api_error_status":401}.`),
              claude.calls('Bash'),
              claude.toolSays(
                `API Error: 401 OAuth token has expired\n${claude.fails('OAuth token has expired', 401)}`,
              ),
            ],
          },
          { waitMs: 2_000 },
          { say: [claude.says('That case is covered now.'), claude.succeeds()] },
          { exit: 0 },
        ],
        abort: false,
        record: false,
      },
    ],
  },
  {
    name: 'quotes failures in plain text',
    attempts: [
      {
        steps: [
          { say: ['I read what the client prints when its login is over:', '```', BANNER, '```'] },
          { waitMs: 5_000 },
          { say: ['The message stands in login.ts, and its test is green.'] },
          { exit: 0 },
        ],
        abort: false,
        record: false,
      },
    ],
  },
];

/** The scripts of the chaos tests that hold under the shipped rules, whose limits of silence are minutes, and more quotations. */
export const SOAK_SCRIPTS: readonly Script[] = [
  ...SCRIPTS.filter(({ name }) => name !== 'silent from the start'),
  ...QUOTING,
];

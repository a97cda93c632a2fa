import type { OutputFormat } from '../capture/agent-recipe.ts';
import { claudeCode } from '../capture/recipes/claude-code.ts';
import { copilotCli } from '../capture/recipes/copilot-cli.ts';
import { gemini } from '../capture/recipes/gemini.ts';
import { ANSWERS, type Answer, type AnswerName, type Reply, type Step } from '../capture/stub/answers.ts';
import type { Client } from './clients.ts';

/**
 * What a run's end must look like.
 * `doomed`: the record names one of the categories, and the tree is gone in time, by knell's hand or by the client's own.
 * `stalled`: nothing is said, so silence has to end it. `healthy`: it ends by itself, nothing is left that says it failed.
 * `patient`: the client goes on trying, and is not ended for it while it does; if it gives up, the record says why.
 */
export interface Expected {
  readonly end: 'doomed' | 'stalled' | 'healthy' | 'patient';
  readonly categories: readonly string[];
  /** From the first evidence to the tree gone, in seconds. */
  readonly withinS: number;
}

export interface Scenario {
  readonly name: string;
  answer(client: Client): Answer;
  readonly expected: (client: Client, format: OutputFormat) => Expected;
  /** The recipe's answer of the same kind, which some recipes choose settings by. */
  readonly like: AnswerName;
  /** With a subscription's token, where the client has such. */
  readonly onSubscription?: boolean;
  /** The provider's port is closed. */
  readonly isRefused?: boolean;
  readonly formats?: readonly OutputFormat[];
  /** A run that lives so long, in seconds, is looked at and then ended from outside. */
  readonly capS: number;
}

/** Longer than the 40 s after which a line that stands alone is believed. */
export const SILENT_S = 60;
/** Limits of silence in the rules of these runs, so that no row takes half an hour. Longer than any healthy silence here. */
export const STALL = { warn: '30s', abort: `${SILENT_S + 40}s` };

const fails = (...categories: string[]): Expected => ({ end: 'doomed', categories, withinS: 60 });
const HEALTHY: Expected = { end: 'healthy', categories: [], withinS: 0 };
const expect = (expected: Expected) => () => expected;
const shipped = (name: AnswerName) => () => ANSWERS[name] as Answer;
const script = (...steps: Step[]): Answer => ({ replies: [{ kind: 'steps', steps }] });
const done: Step = { says: 'The change is in and the tests pass.' };
const prose = (banner: string) => `The log of the other run ends with these lines.\n\n${banner}`;
const printBanner = (banner: string) => `printf '%s\\n' 'started' '${banner.replaceAll("'", `'\\''`)}'`;
/** A child of the model's shell that ends for no signal but the last. */
const STUBBORN = `setsid sh -c 'trap "" INT TERM HUP; while :; do sleep 1; done' >/dev/null 2>&1 </dev/null & echo started`;

export const SCENARIOS: readonly Scenario[] = [
  { name: 'healthy', like: '200', answer: shipped('200'), expected: expect(HEALTHY), capS: 300 },
  {
    name: 'heals after one 401',
    like: '401-heals',
    onSubscription: true,
    answer: shipped('401-heals'),
    expected: healing,
    capS: 300,
  },
  {
    name: '401',
    like: '401',
    answer: shipped('401'),
    // In plain text Claude Code tries for three minutes without a word: the limit of these runs comes first, the shipped one would not.
    expected: ({ recipe }, format) =>
      recipe === claudeCode && format === 'text'
        ? { end: 'stalled', categories: ['runtime.stalled', 'auth.invalid_credentials'], withinS: 0 }
        : fails('auth.invalid_credentials'),
    capS: 300,
  },
  {
    name: 'expired token',
    like: '401-expired',
    onSubscription: true,
    answer: shipped('401-expired'),
    expected: expired,
    capS: 300,
  },
  {
    name: 'usage limit',
    like: '429-usage',
    onSubscription: true,
    answer: shipped('429-usage'),
    expected: ({ subscription, recipe }) =>
      // What the Anthropic provider calls a rate limit is one to clients that do not read its window's headers.
      subscription || recipe.runtime === 'codex' || recipe.runtime === 'gemini'
        ? fails('quota.usage_limit')
        : { end: 'patient', categories: ['quota.usage_limit', 'rate_limit.429'], withinS: 60 },
    capS: 120,
  },
  {
    name: 'unknown model',
    like: '404-model',
    answer: shipped('404-model'),
    expected: expect(fails('model.not_found')),
    capS: 300,
  },
  {
    name: 'refused connection',
    like: 'reset',
    isRefused: true,
    answer: shipped('reset'),
    expected: expect({
      end: 'patient',
      categories: ['network.connection', 'run.endless_retry', 'runtime.stalled'],
      withinS: 300,
    }),
    capS: 120,
  },
  {
    name: 'hang',
    like: 'stall',
    answer: shipped('stall'),
    // Gemini gives a request up after 60 s, and itself after the second.
    expected: ({ recipe }) => ({
      end: 'stalled',
      categories: ['runtime.stalled', ...(recipe.runtime === 'gemini' ? ['network.connection'] : [])],
      withinS: SILENT_S + 40 + 60,
    }),
    capS: 300,
  },
  {
    name: 'prose, silent tool',
    like: 'quotes',
    answer: ({ banner }) => script({ says: prose(banner), runs: `sleep ${SILENT_S}` }, done),
    expected: expect(HEALTHY),
    capS: 300,
  },
  {
    name: 'prose, slow model',
    like: 'quotes',
    answer: ({ banner }) => script({ says: prose(banner), runs: 'true' }, { ...done, thinksMs: SILENT_S * 1_000 }),
    expected: expect(HEALTHY),
    capS: 300,
  },
  {
    name: 'tool output, silent tool',
    like: 'quotes',
    answer: ({ banner }) =>
      script({ says: 'First the log.', runs: printBanner(banner) }, { runs: `sleep ${SILENT_S}` }, done),
    expected: expect(HEALTHY),
    capS: 300,
  },
  {
    name: 'tool output, slow model',
    like: 'quotes',
    answer: ({ banner }) =>
      script({ says: 'First the log.', runs: printBanner(banner) }, { ...done, thinksMs: SILENT_S * 1_000 }),
    expected: expect(HEALTHY),
    capS: 300,
  },
  {
    name: 'tool output alone, slow model',
    like: 'quotes',
    answer: ({ banner }) =>
      script(
        { runs: `sleep 3; printf '%s\\n' '${banner.replaceAll("'", `'\\''`)}' >&2` },
        { ...done, thinksMs: SILENT_S * 1_000 },
      ),
    expected: expect(HEALTHY),
    capS: 300,
  },
  {
    name: 'stubborn tree, 401',
    like: '401-midway',
    onSubscription: true,
    answer: () => ({
      replies: [{ kind: 'steps', steps: [{ says: 'A server first.', runs: STUBBORN }] }, expiredToken()],
    }),
    expected: expired,
    formats: ['json'],
    capS: 300,
  },
];

/** Gemini keeps the reason that names the expiry to itself, and so does Copilot in plain text: a 401 is all that they say. */
function expired({ recipe }: Client, format: OutputFormat): Expected {
  const keepsIt = recipe === gemini || (recipe === copilotCli && format === 'text');
  return fails('auth.token_expired', ...(keepsIt ? ['auth.invalid_credentials'] : []));
}

function expiredToken(): Reply {
  return { kind: 'fault', fault: 'token_expired' };
}

/** Only a client that tries again can heal; for the others one 401 is the end. */
function healing({ recipe }: Client): Expected {
  return ['claude-code', 'codex', 'copilot-cli'].includes(recipe.runtime)
    ? HEALTHY
    : fails('auth.token_expired', 'auth.invalid_credentials');
}

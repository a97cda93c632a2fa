import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Place, Scenario } from './agent-recipe.ts';
import { environmentOf } from './capture-scenario.ts';
import { cachedVersions, findAgent } from './install-agent.ts';
import { claudeCode } from './recipes/claude-code.ts';
import { ANSWERS, type AnswerName, isAnswerName } from './stub/answers.ts';
import { type StubProvider, startStubProvider } from './stub-provider.ts';
import { makeWorkspace } from './workspace.ts';

export interface ClaudeScene {
  readonly version: string;
  /** The program and its arguments: what goes behind `knell tap … --`. */
  readonly command: readonly string[];
  /** The whole environment that it needs; nothing else has to be inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly stub: StubProvider;
  /** Stops the stub and removes the folders. End the agent first. */
  stop(): Promise<void>;
}

export interface ClaudeSceneOptions {
  /** The folder above `.knell/agents`; left out: the current one. */
  projectRoot?: string;
  /** Left out: the newest in the cache. */
  version?: string;
  /** What the stub answers; left out: 401 to an API key, which the client retries for about three minutes. */
  answer?: AnswerName;
  /** A subscription's token instead of an API key. */
  subscription?: boolean;
  format?: Scenario['format'];
}

/**
 * Prepares a run of the real Claude Code against a local stub of its provider, with the client's own retries.
 * Nothing is installed and nothing is started but the stub.
 *
 * @returns undefined where the CLI is not in the cache (`npm run capture -- claude-code --answer 200` puts it there)
 */
export async function prepareClaude(options: ClaudeSceneOptions = {}): Promise<ClaudeScene | undefined> {
  const { projectRoot = process.cwd(), answer = '401', subscription = false, format = 'json' } = options;
  const version = options.version ?? (await cachedVersions(projectRoot, claudeCode.runtime)).at(-1);
  const agent = version === undefined ? undefined : await findAgent(projectRoot, claudeCode, version);
  if (!agent) return undefined;
  const workspace = await makeWorkspace();
  const stub = await startStubProvider(ANSWERS[answer]);
  const place: Place = { home: workspace.home, app: workspace.app, providerUrl: stub.url };
  const scenario: Scenario = {
    answer,
    format,
    ...(subscription ? { env: { ANTHROPIC_API_KEY: null, CLAUDE_CODE_OAUTH_TOKEN: 'stub-subscription-token' } } : {}),
  };
  return {
    version: agent.version,
    command: [agent.program, ...claudeCode.args(place, scenario)],
    env: environmentOf(claudeCode, place, scenario),
    cwd: workspace.app,
    stub,
    async stop() {
      await stub.stop();
      await workspace.remove();
    },
  };
}

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      answer: { type: 'string', default: '401' },
      version: { type: 'string' },
      subscription: { type: 'boolean', default: false },
      format: { type: 'string', default: 'json' },
    },
  });
  const { answer, format } = values;
  if (!isAnswerName(answer) || (format !== 'json' && format !== 'text')) {
    console.error(`--answer is one of ${Object.keys(ANSWERS).join(' ')}; --format is json or text`);
    return 2;
  }
  const { version, subscription } = values;
  const scene = await prepareClaude({ answer, format, subscription, ...(version ? { version } : {}) });
  if (!scene) {
    console.error('Claude Code is not in .knell/agents: run `npm run capture -- claude-code --answer 200` first');
    return 1;
  }
  const { command, env, cwd } = scene;
  console.log(JSON.stringify({ version: scene.version, url: scene.stub.url, cwd, env, command }, null, 2));
  console.error('The stub answers until this program gets SIGINT or SIGTERM, or its standard input ends.');
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    process.stdin.once('end', () => resolve()).resume();
  });
  await scene.stop();
  process.stdin.destroy();
  return 0;
}

// Also imported by tests, which call prepareClaude themselves.
if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.slice(2));

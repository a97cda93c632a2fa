import type { AnswerName } from './stub/answers.ts';

/** Where one run takes place: folders of its own, removed afterwards. */
export interface Place {
  /** The agent's home folder. */
  readonly home: string;
  /** The project that it works on, a git repository. */
  readonly app: string;
  /** The stub provider, `http://127.0.0.1:PORT`. */
  readonly providerUrl: string;
}

/** How an agent prints: a JSON object a line, or text for people. */
export type OutputFormat = 'json' | 'text';

/** One run worth capturing. */
export interface Scenario {
  /** What the row is called; left out: the answer's name. */
  readonly name?: string;
  readonly answer: AnswerName;
  readonly format: OutputFormat;
  /** What the agent is asked to do. */
  readonly prompt?: string;
  /** Added to the recipe's arguments. */
  readonly args?: readonly string[];
  /** Added to the recipe's environment, and named in the row; `null` takes a variable away. */
  readonly env?: Readonly<Record<string, string | null>>;
  /** Ends the run's process tree after so many milliseconds; left out: 60 s. */
  readonly capMs?: number;
  /** Captured for every version of the recipe, not for the first only. */
  readonly everyVersion?: boolean;
}

/** How to get one agent CLI from npm and to run it against the stub. */
export interface AgentRecipe {
  /** The runtime's name in the contract's sense, and the name of its transcript file. */
  readonly runtime: string;
  /** Its npm package. */
  readonly package: string;
  /** Versions to capture, the one with all scenarios first. */
  readonly versions: readonly string[];
  /** Name of its program in `node_modules/.bin`. */
  readonly bin: string;
  /** Further npm packages whose install scripts it needs. */
  readonly buildsPackages?: readonly string[];
  /** It talks to its maker's own service, so the stub plays its fault on every path, not on model endpoints only. */
  readonly ownServer?: boolean;
  readonly scenarios: readonly Scenario[];
  /** Writes the configuration files that it needs into the place. */
  prepare?(place: Place, scenario: Scenario): Promise<void>;
  /** Arguments that come before the scenario's own. */
  args(place: Place, scenario: Scenario): readonly string[];
  env(place: Place, scenario: Scenario): Readonly<Record<string, string>>;
}

export const DEFAULT_PROMPT = 'Say done';

/** A scenario of the same name in both formats. */
export function bothFormats(scenario: Omit<Scenario, 'format'>): Scenario[] {
  return [
    { ...scenario, format: 'json' },
    { ...scenario, format: 'text' },
  ];
}

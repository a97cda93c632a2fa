import type { JsonObject } from '../json.ts';
import { isObject, joinTexts, stringAt, valueAt } from '../json.ts';
import { createStructuredDecoder, type Reading } from './structured-decoder.ts';

/** GitHub's Copilot CLI: `--output-format json`, or plain text. Seen from 1.0.102. */
export const copilotCli = createStructuredDecoder({
  runtime: 'copilot-cli',
  read,
  opens: (fields) => /^session\.(?!error)\w+$/.test(stringAt(fields, 'type') ?? '') && isObject(fields.data),
  recognisesEvent: (fields) =>
    typeof fields.type === 'string' && /^session\.\w+$/.test(fields.type) && isObject(fields.data),
  errorLiterals: ['"type":"session.error"', '"type":"model.call_failure"', '"outcome":"', '"result":"', '"exitCode":'],
});

/** What the client tells of a turn, its tries and its end: the model has no part in it. */
const TURN = /^assistant\.(?:turn_\w+|idle)$/;

const SPEAKERS = {
  session: 'runtime',
  model: 'runtime',
  assistant: 'narration',
  tool: 'tool',
  user: 'prompt',
} as const;

function read(fields: JsonObject): Reading | undefined {
  const name = stringAt(fields, 'type');
  if (name === 'result' && typeof fields.exitCode === 'number') {
    return { name, provenance: 'runtime', claimsError: fields.exitCode !== 0 };
  }
  const family = /^(session|model|assistant|tool|user)\.\w+$/.exec(name ?? '')?.[1] as
    | keyof typeof SPEAKERS
    | undefined;
  if (name === undefined || family === undefined || !isObject(fields.data)) return undefined;
  const { data } = fields;
  return {
    name,
    provenance: TURN.test(name) ? 'runtime' : SPEAKERS[family],
    // An agent that another one called names it on each of its events.
    subagent: typeof data.parentToolCallId === 'string',
    text: joinTexts([
      stringAt(data, 'message'),
      stringAt(data, 'errorMessage'),
      stringAt(data, 'error', 'message'),
      stringAt(data, 'content'),
      stringAt(data, 'result', 'content'),
    ]),
    claimsError: name === 'session.error' || name === 'model.call_failure' || (family === 'model' && hasFailed(data)),
    ...toolOf(name, data),
  };
}

function hasFailed(data: JsonObject): boolean {
  const outcome = data.outcome ?? data.result;
  return typeof outcome === 'string' && outcome !== 'success';
}

function toolOf(name: string, data: JsonObject): Pick<Reading, 'tool'> {
  const id = valueAt(data, 'toolCallId');
  if (typeof id !== 'string') return {};
  if (name === 'tool.execution_start') return { tool: { opens: [{ id, name: stringAt(data, 'toolName') ?? '' }] } };
  return name === 'tool.execution_complete' ? { tool: { closes: [id] } } : {};
}

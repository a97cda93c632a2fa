import type { StreamName } from '../../contracts/run.ts';
import { ownsChannel } from '../../decode/channels.ts';
import { allDecoders, decoderFor } from '../../decode/decoders.ts';
import type { RuleSet } from '../../ruleset/rule-set.ts';
import { formatOfLog } from '../explain/decode-log.ts';
import { QUOTING_RUNTIMES } from './quote-envelopes.ts';
import { type TriedLog, tryLog } from './try-log.ts';

/** A healthy run that quotes what a rule is about. */
export interface Quote extends TriedLog {
  /** Who quotes it, and where: `tool in user/tool_result`, `text on stderr`. */
  readonly how: string;
}

const STREAMS: readonly StreamName[] = ['stdout', 'stderr'];

/**
 * Every way in which a healthy run of any runtime may print the lines of an example without being in trouble: the model
 * says it, a tool returns it, the user asks about it, and in a text run it stands in the middle of what is printed on
 * each stream that the runtime does not own, or is the whole answer of a run that then exits with code 0.
 */
export function* quotesOf(lines: readonly string[]): Generator<Quote> {
  const text = lines.join('\n');
  for (const { runtime, opening, envelopes } of QUOTING_RUNTIMES) {
    const start = opening.map((event) => JSON.stringify(event));
    for (const { who, name, wrap } of envelopes) {
      // The quote comes last: a run that falls silent after it is the hardest case.
      const log = [...start, JSON.stringify(wrap(text))];
      yield { how: `${who} in ${name}`, runtime, stream: 'stdout', lines: log };
    }
  }
  for (const { runtime } of allDecoders()) {
    for (const stream of STREAMS) {
      if (ownsChannel(runtime, stream)) continue;
      const goesOn = ['I looked into the report. It says:', ...lines, 'So I renewed the token and went on.'];
      yield { how: `text on ${stream}`, runtime, stream, lines: goesOn };
      const answer = ['The message you asked for is:', ...lines];
      yield { how: `answer on ${stream}`, runtime, stream, lines: answer, exitCode: 0 };
    }
  }
}

/**
 * Tells the rule that would end a healthy run for quoting; undefined when none would. What the rules say of a line by
 * itself is asked once: most lines of a quote are those of other quotes.
 */
export function createQuoteTrial(rules: RuleSet): (quote: Quote) => Promise<string | undefined> {
  const mayAbort = createAbortSearch(rules);
  return async (quote) => {
    if (!mayAbort(quote)) return undefined;
    const [command] = (await tryLog(quote, rules)).aborts;
    return command && `${command.rule.pack}/${command.rule.id}`;
  };
}

/** Only a hit of a rule that aborts can lead to an abort, and nearly all quotes are no hit of anything. */
function createAbortSearch(rules: RuleSet): (quote: Quote) => boolean {
  const known = new Map<string, boolean>();
  return ({ lines, runtime, stream }) => {
    const decoder = decoderFor(runtime);
    const format = formatOfLog(lines, decoder, stream);
    const isHit = (text: string): boolean => {
      const event = decoder.decode({ stream, number: 0, raw: Buffer.from(text) }, format);
      return rules.match(event, stream, runtime).hits.some(({ rule }) => rule.rule.action === 'abort');
    };
    return lines.some((text) => {
      if (text.trim() === '') return false;
      const key = `${runtime} ${stream} ${format} ${text}`;
      const found = known.get(key) ?? isHit(text);
      known.set(key, found);
      return found;
    });
  };
}

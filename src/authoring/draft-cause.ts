import { LINE_EVENT } from '../decode/event.ts';
import { shapeLine } from '../decode/text/line-shape.ts';
import type { RuleSet } from '../ruleset/rule-set.ts';
import type { DraftSource } from './draft-source.ts';
import { cut, DECIDE, firstLine, patternOf, quoted, rawEvent, slug } from './draft-words.ts';
import { causeOf } from './examples/check-cause-examples.ts';

export type CauseDraft =
  | { readonly ok: true; readonly draft: string }
  /** `known`: this cause knows the words already. Without it there are no words that a cause could be known by. */
  | { readonly ok: false; readonly known?: string };

/**
 * A rules file with one cause for a failure that no cause knows yet, and with a statement where the line has no form by
 * which knell knows failures. It only records, so it can be saved as it is: it ends no run that is not ended without it.
 * Every line marked `DECIDE:` waits for a person.
 *
 * @param rules those that the draft is to be added to
 */
export function draftCause(source: DraftSource, rules: RuleSet): CauseDraft {
  const { runtime, excerpt, stream, fingerprint } = source;
  const said = firstLine(excerpt ?? '');
  if (said === '' || rawEvent(excerpt) !== undefined) return { ok: false };
  const { isPlain, stated, words } = wordsIn(said, source, rules);
  const known = causeOf(words, runtime, rules);
  if (known !== undefined) return { ok: false, known };
  const pattern = patternOf(words);
  const id = `draft-${(fingerprint ?? slug(words)).slice(0, 24).replace(/-+$/, '')}`;
  const file = [
    `# Save it as ${id}.yaml in the rules folder, or move its parts: the cause into causes/, a statement into the pack of ${runtime}.`,
    `# Then: knell rules check ${id}.yaml, and knell rules explain LOG.`,
    'schema: knell.rules/v1',
    `pack: ${id}`,
    "version: '0.1.0'",
    `runtime: ${runtime} # of the statements; a cause holds for every runtime`,
    ...(stated ? [] : statementOf(said, stream)),
    'causes:',
    `  - id: ${id}`,
    `    title: ${quoted(`Unknown failure: ${cut(words, 80)}`)} # ${DECIDE} what happened, in the words of the person who has to act`,
    `    category: unknown.unmatched # ${DECIDE} e.g. auth.token_expired; scope, next step and remedy come with it`,
    // An event that says that the run is over ends it without the draft too: there is nothing to try.
    ...(isPlain ? ['    status: experimental # stable once it has proved right'] : []),
    `    action: record # ${DECIDE} abort, if such a run can never succeed`,
    '    any: # one of these is enough',
    `      - message: ${quoted(pattern)} # ${DECIDE} leave out what differs from run to run`,
    ...(stated?.codes ?? []).map((code) => `      # - code: [${quoted(code)}]`),
    '    examples:',
    `      match: [${examplesOf(words, pattern, source, rules).map(quoted).join(', ')}]`,
    `      ignore: [${quoted(nearMiss(words))}] # ${DECIDE} the nearest failure that means something else`,
    `# Seen ${source.seen}${fingerprint ? ` as drift ${fingerprint}` : ''}.`,
  ];
  return { ok: true, draft: `${file.join('\n')}\n` };
}

/** How many real runs' words are examples. */
const MAX_EXAMPLES = 5;

/** The words, and those of other runs that the pattern knows and no other cause does: each once. */
function examplesOf(words: string, pattern: string, source: DraftSource, rules: RuleSet): string[] {
  // It spells the words out, so it means the same to JavaScript as to RE2.
  const known = new RegExp(pattern, 'i');
  const others = (source.others ?? [])
    .map((excerpt) => wordsIn(firstLine(excerpt), source, rules).words)
    .filter((one) => one !== '' && known.test(one) && causeOf(one, source.runtime, rules) === undefined);
  return [...new Set([words, ...others])].slice(0, MAX_EXAMPLES);
}

/** What a failure says, without what a line of text has before it. `stated`: it has a form that is known. */
function wordsIn(said: string, source: DraftSource, rules: RuleSet) {
  const { event } = source;
  const isPlain = event === LINE_EVENT || event === 'exit';
  const stated = isPlain ? statedIn(said, source, rules) : { words: said, codes: [] };
  return { isPlain, stated, words: stated?.words ?? said };
}

/** What a line of plain text states without the draft, by its form or a statement of its runtime; undefined: nothing. */
function statedIn(said: string, { runtime, stream }: DraftSource, rules: RuleSet) {
  const window = { shapes: [shapeLine(said)], at: 0 };
  for (const one of stream ? [stream] : (['stderr', 'stdout'] as const)) {
    const reading = rules.readText(window, one, runtime);
    if (!reading) continue;
    const { message, codes } = reading.text.failure;
    return { words: ownWords(message), codes };
  }
  return undefined;
}

/** The words of a failure's message that a person reads: what its innermost body says, else what stands before a body. */
function ownWords(message: string): string {
  const lines = message.split('\n').filter((line) => line.includes(' '));
  const plain = lines.findLast((line) => !/[{}]/.test(line));
  return (plain ?? lines[0] ?? message).replace(/\s*\{.*$/, '').trim() || message;
}

function statementOf(said: string, stream: DraftSource['stream']): string[] {
  return [
    'statements:',
    `  - text: ${quoted(`(${patternOf(said)})`)} # ${DECIDE} how such lines begin; the group is the message`,
    ...(stream ? [`    stream: ${stream}`] : []),
  ];
}

/** Some of the words, which are not enough. */
function nearMiss(words: string): string {
  const all = words.split(' ');
  return all.length > 1 ? all.slice(0, Math.ceil(all.length / 2)).join(' ') : 'Something else failed';
}

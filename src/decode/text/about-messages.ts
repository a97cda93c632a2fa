import { anyWord } from './any-of.ts';
import { tellsOfCase, tellsOfWork } from './foreign-prose.ts';
import { isPersonal } from './prose.ts';

/** Words of a sentence about messages: it says that one is shown, not that something failed. */
const ABOUT = anyWord([
  'prints?|printed|now shows|displays?|displayed|says?|said|saying|returned (?:a|an|the)|responds? with|replies with|emits?',
  '(?:prompt|question|message|banner|line|text|log|screen|it) reads|(?:end|look|read|fail|sound)(?:s|ed)? like (?:this|that|so)|throws?|raises (?:an?|the)|the (?:message|banner|string|phrase)|(?:an?|this|that|these|those) (?:error(?! (?:has )?occurred)|message|banner|line)',
  'error messages?|means|meaning|whenever|for example|e\\.g\\.|such as(?! [A-Z]+_)|(?<!^You .*)because|was fixed|is fixed|handled|handling',
  'README|documented|simulat\\w+|mock\\w*|regex|matche[sd]|(?<!right )now(?![,.:])|caught|covered by|comes from|a test|untouched|as expected',
]);
/** What is done to a message that is spoken of: `401 was swallowed before`. */
const SPOKEN_OF =
  /\]? (?:is|are|was|were) (?:now |not |never |already )?(?:printed|shown|displayed|swallowed|mapped|renamed|counted|translated|ignored|caught|covered|tested|documented|missing from|read twice|specific to)\b/;
/** What is done to it, or to the one who sent it. */
const DONE_TO =
  /(?<!(?:^Your|[—–;,-] your|\b(?:or|and) your) [\w ]{2,24})\]? (?:is|are|was|were) (?:now |not |never |already )?(?:logged(?! in)|returned|rejected|retried|raised|thrown|handled)\b/;
/** A remark that a failure was wanted, or does not matter: `(expected)`, `continuing`. */
const REMARK = /\((?:expected|ignored|ignoring|handled|recovered|ok|optional|skipped|safe to ignore)[^)]*\)/i;
const HARMLESS = anyWord([
  'as (?:expected|wanted|intended)|non[- ]?(?:fatal|critical|blocking)|ignoring|(?<!before )continuing|continue-on-error|skipping|skipped|recovered|proceeding',
  '(?:was|were|been) (?:replaced|restarted|respawned)|going on|tests? pass(?:es)?|will be (?:skipped|ignored)|survived|using cached|disabled for this session|up again',
  '(?:previous|last|earlier|prior|first) (?:attempt|try|run)(?=: )',
  "(?:that|this|it)(?:'s|\u2019s| is| was) the (?:last|first|only|exact|same|whole) (?:line|entry|message|error|text)\\b(?! (?:code|type))",
  '(?:was|were|is) the (?:cause|reason|problem|culprit)|(?:was|were) retried(?! \\d+ times)|(?:earlier|previous|prior|former) (?:error|failure|problem)s? (?:was|were)',
]);
/** A quotation of several words in the marks of any language. */
const QUOTED =
  /(?!"HTTP)["\u00ab\u00bb\u300c\u300e\u201c\u201e\u2039][^"\u00ab\u00bb\u300d\u300f\u201d\u201f\u203a]{3,} [^"\u00ab\u00bb\u300d\u300f\u201d\u203a]{2,}["\u00ab\u00bb\u300d\u300f\u201d\u203a]/;
/** Marks that no program puts around its own words. */
const FOREIGN_QUOTE = /[\u00ab\u300c\u300e][^\u00bb\u300d\u300f]* |\u00bb[^\u00ab]* [^\u00ab]*\u00ab/;
const QUOTED_WHOLE = /^["'\u201c\u2018\u00ab`\u300c].*["'\u201d\u2019\u00bb`\u300d][.,;]?$/;
/** A row that begins with a quotation of three words and more, which may be closed in a row below. */
const QUOTED_ROW =
  /^(?:["\u201c\u201e\u201f][^"\u201c\u201d]* [^"\u201c\u201d]* [^"\u201c\u201d]*(?:["\u201c\u201d]|$)|['\u2018\u201a](?:[^'\u2018\u2019 ]|(?<=\w)['\u2019](?=\w))+(?: [^'\u2018\u2019 ]+| \w+['\u2019]\w+){2,}(?:['\u2018\u2019](?!\w)|$))/;
/** A failure in back ticks is a message that is spoken of. */
const TICKED =
  /`[^`]*(?:error|too long|overloaded|exceeded|timed out|unauthori[sz]ed|missing|unavailable|fail|denied|expired|not found|invalid|limit|refused|\b[45]\d\d\b|: )[^`]*`/i;

/** Whether a line says that a failure was wanted, or does not matter. */
export function isHarmless(line: string): boolean {
  return HARMLESS.test(line);
}

/** Whether a line names a failure in back ticks, of which one may stand in the next row. */
export function isTicked(body: string): boolean {
  return TICKED.test(body) || /`[A-Z][a-z]+ [A-Za-z]/.test(body) || body.split('`').length % 2 === 0;
}

/** Whether a row begins with a quotation of several words, and not with a name in quotation marks. */
export function beginsQuoted(body: string): boolean {
  return QUOTED_ROW.test(body);
}

/** Whether words stand in quotation marks as a whole. */
export function isQuoted(words: string): boolean {
  return QUOTED_WHOLE.test(words);
}

/**
 * Whether a line quotes or discusses a failure: the first person, words about messages, or the words in quotation
 * marks or back ticks.
 *
 * @param isSoft no label stands before the words, so prose could begin like that
 */
export function isAboutMessages(line: string, isSoft: boolean): boolean {
  // What a body inside says is the provider's.
  const body = line.replace(/\{.*$/s, '');
  if (REMARK.test(body) || HARMLESS.test(body) || isPersonal(body) || SPOKEN_OF.test(body) || FOREIGN_QUOTE.test(body))
    return true;
  if (tellsOfWork(body)) return true;
  if (!isSoft) return false;
  if (tellsOfCase(body)) return true;
  // A back tick that is closed in the next row.
  if (body.split('`').length % 2 === 0) return true;
  if (TICKED.test(body) || QUOTED.test(body) || DONE_TO.test(body) || QUOTED_WHOLE.test(body)) return true;
  return ABOUT.test(body.replace(/\([^)]*\)/g, ''));
}

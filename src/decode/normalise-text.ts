/** Control strings (OSC, DCS, SOS, PM, APC) up to their terminator. Source: ECMA-48, sections 5.6 and 8.3. */
const CONTROL_STRING = /(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c|$)/g;
/** Moves to the first column: what follows overwrites the line, as after a carriage return. */
const TO_FIRST_COLUMN = /(?:\x1b\[|\x9b)[01]?G/g;
/** Cursor moves (forward, column, position) stand between words in full-screen interfaces. */
const MOVE = /(?:\x1b\[|\x9b)[0-9;]*[CGHafe`d]/g;
/** Every other control sequence: colours, erasing, modes. */
const SEQUENCE = /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|\x1b(?:0|[1349]\d|\d{1,3}(?:;\d{1,3}){1,4})m|\x1b[ -/]*[0-~]?/g;
const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
const ODD_SPACE = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;
const ZERO_WIDTH = /[\u00ad\u200b-\u200d\u2060\ufeff]/g;
const SINGLE_QUOTE = /[\u2018\u2019\u201a\u201b\u2032\u02bc]/g;
const DOUBLE_QUOTE = /[\u201c\u201d\u201e\u201f\u2033]/g;
const HYPHEN = /[\u2010\u2011]/g;
const NEEDS_WORK = /[^\x09\x0a\x20-\x7e]/;
/** A colour at a line's start or end that has lost its escape character on the way, as where logs are pasted. */
const BARE_COLOUR = /^(?:\[[\d;]{1,12}m)+|(?:\[[\d;]{1,12}m)+$/gm;
/** The same where the bracket is lost as well, as GitHub's log of a command does: `36;1mclaude -p hi0m`. */
const LOST_COLOUR = /^(\s*)\d{1,3}(?:;\d{1,3}){1,4}m(?=\S)(.*?)(?:0m)?$/;

/**
 * Text as rules see it: terminal control sequences gone (a cursor move that places a word becomes a space), of a line
 * that overwrites itself with `\r` only what is seen last, odd spaces and quotes plain, no trailing white space.
 * Line breaks, and the glyphs that programs draw with (`⎿`, `●`, `│`), stay. For matching only: the raw line is evidence.
 */
export function normaliseText(text: string): string {
  if (!NEEDS_WORK.test(text)) return withoutBareColour(trimLineEnds(text));
  const plain = text
    .replace(CONTROL_STRING, '')
    .replace(TO_FIRST_COLUMN, '\r')
    .replace(MOVE, ' ')
    .replace(SEQUENCE, '')
    .replace(ODD_SPACE, ' ')
    .replace(ZERO_WIDTH, '')
    .replace(SINGLE_QUOTE, "'")
    .replace(DOUBLE_QUOTE, '"')
    .replace(HYPHEN, '-');
  const seen = plain.includes('\r') ? plain.split('\n').map(lastOverwrite).join('\n') : plain;
  return withoutBareColour(trimLineEnds(seen.replace(CONTROL, '')));
}

function withoutBareColour(text: string): string {
  if (!text.includes('m')) return text;
  const bare = text.includes('[') ? trimLineEnds(text.replace(BARE_COLOUR, '')) : text;
  return bare.includes(';') ? bare.replace(LOST_COLOUR, '$1$2') : bare;
}

/** What a terminal shows of a progress line: the last stretch between carriage returns that is not blank. */
function lastOverwrite(line: string): string {
  const stretches = line.split('\r');
  return stretches.findLast((stretch) => stretch.trim() !== '') ?? '';
}

// Not /[ \t]+$/gm: that is quadratic on a long run of spaces inside a line.
function trimLineEnds(text: string): string {
  if (!text.includes('\n')) return text.trimEnd();
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd();
}

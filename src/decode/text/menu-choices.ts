import type { LineShape } from './line-shape.ts';

/** One of the choices that a screen offers. */
export interface Choice {
  readonly label: string;
  /** The cursor stands before it, or it is the one that is filled. */
  readonly isChosen: boolean;
  /** A number, or a letter in brackets, stands before it. */
  readonly isKeyed: boolean;
}

const CURSOR = /^(?:[❯›▶▸►➤→●◉◆]\s*|>\s+)/u;
const HOLLOW = /^(?:[○◯◇]|\(\s?\)|\[\s\])\s+/u;
const KEY = /^(?:[[(](?:\d{1,2}|[a-z])[\])]|\d{1,2}[.):])\s+(?=\S)/i;
/** Between the choices of one row: at least two spaces, a bar, or the bracket of the next. */
const BETWEEN = /\s{2,}|\s+[|/·]\s+|\s+(?=\[[^\]]{1,24}\])/;
const BRACKETS = /^[[(<]\s*(.+?)\s*[\])>]$/;

const AGREES = new RegExp(
  `^(?:${[
    'y|yes|yep|ok|okay|allow(?:ed)?|approve|accept|agree|always|proceed|continue|confirm|trust|run|execute|apply|grant|permit',
    'authori[sz]e|save|overwrite|update|upgrade|install|enable|switch|retry|resume|log ?in|sign ?in|open|create|use|submit|start|once',
  ].join('|')})\\b`,
  'i',
);
const REFUSES = new RegExp(
  `^(?:${[
    "n|no|nope|not now|never|deny|reject|decline|refuse|cancel|abort|quit|exit|skip|stop|don't|do not|later|go back|back",
    'disallow|dismiss|ignore|leave|keep|edit|modify|change|discard|suggest|tell|type',
  ].join('|')})\\b`,
  'i',
);

/** A longer label is a sentence of a list. */
const LABEL_MAX = 100;

/** The choice that stands on a line of its own: a cursor, a key or a hollow mark is before its label. */
export function choiceOn({ text }: LineShape): Choice | undefined {
  const words = text.trim();
  const cursor = CURSOR.exec(words)?.[0] ?? '';
  const behind = words.slice(cursor.length);
  const hollow = HOLLOW.exec(behind)?.[0] ?? '';
  const key = KEY.exec(behind.slice(hollow.length))?.[0] ?? '';
  const marks = cursor + hollow + key;
  const label = words.slice(marks.length).trim();
  if (label === '' || label.length > LABEL_MAX || marks === '') return undefined;
  return { label, isChosen: cursor !== '', isKeyed: key !== '' };
}

/** The choices that stand in one row: `Allow once   Allow always   Reject`, `[1] Run command   [2] Reject`. */
export function choicesInRow({ text }: LineShape): readonly string[] {
  const labels = text
    .trim()
    .split(BETWEEN)
    .map((part) => part.replace(CURSOR, '').replace(KEY, '').replace(BRACKETS, '$1'));
  const isFirst = labels.length > 1 && isChoiceWord(labels[0] as string);
  return isFirst && isAgreeOrNot(labels) ? labels : [];
}

function isChoiceWord(label: string): boolean {
  return AGREES.test(label) || REFUSES.test(label);
}

/** Whether one choice agrees to what is asked and another one does not. */
export function isAgreeOrNot(labels: readonly string[]): boolean {
  return labels.some((label, at) => AGREES.test(label) && labels.some((other, by) => by !== at && REFUSES.test(other)));
}

import type { LineShape } from './line-shape.ts';
import { type Choice, choiceOn, choicesInRow } from './menu-choices.ts';
import { FENCE } from './prose.ts';

/** How many lines may stand between a question and its first choice, and between a choice and the next. */
export const DETAILS = 14;
/** How many choices a screen has. */
const CHOICES = 16;

/** The choices that a screen offers, and the lines of the first and the last of them. */
export interface ChoiceList {
  readonly choices: readonly Choice[] | 'row';
  readonly first: number;
  readonly last: number;
}

/** The first list of choices from a line on; undefined where none begins near it. */
export function listFrom(shapes: readonly LineShape[], from: number): ChoiceList | undefined {
  const choices: Choice[] = [];
  let [first, last] = [-1, from];
  for (let row = from; row < shapes.length && row <= last + DETAILS; row += 1) {
    const shape = shapes[row] as LineShape;
    if (FENCE.test(shape.text) || choices.length > CHOICES) return undefined;
    if (first === -1 && choicesInRow(shape).length > 0) return { choices: 'row', first: row, last: row };
    const choice = choiceOn(shape) ?? (isPlainList(choices) ? plainChoice(shape) : undefined);
    if (choice && choice.isKeyed === (choices[0] ?? choice).isKeyed) {
      choices.push(choice);
      if (first === -1) first = row;
      last = row;
      continue;
    }
    const isLess = shape.body !== '' && shape.indent < (shapes[last] as LineShape).indent;
    if (first !== -1 && (isLess || row > last + 2)) break;
  }
  return first === -1 ? undefined : { choices, first, last };
}

/** Whether only the cursor marks the choices of a list. */
function isPlainList(choices: readonly Choice[]): boolean {
  return choices.some(({ isChosen }) => isChosen) && choices.every(({ isKeyed }) => !isKeyed);
}

/** A choice without a mark, below one that the cursor stands before. */
function plainChoice({ text, indent }: LineShape): Choice | undefined {
  const label = text.trim();
  const isOne = indent >= 2 && /^\p{L}/u.test(label) && label.length <= 60 && !/[.:]$/.test(label);
  return isOne ? { label, isChosen: false, isKeyed: false } : undefined;
}

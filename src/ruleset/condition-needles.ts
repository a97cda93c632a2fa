import type { Condition, FieldCondition } from '../contracts/rule-pack.ts';
import { fieldText, nameTexts, valueTexts } from './needles/event-bytes.ts';
import { foldAscii, type Needle } from './needles/needle.ts';
import { cheapest } from './needles/needle-cost.ts';
import { textNeedles } from './needles/text-needles.ts';

/**
 * The needles for a condition: the raw bytes of every line on which it holds contain one of them. Of all that must be
 * true together, whatever is rarest in agents' output is looked for. `undefined` when nothing can be looked for.
 */
export function conditionNeedles(condition: Condition): readonly Needle[] | undefined {
  const { event, where, line, text } = condition;
  const fields = Object.entries(where ?? {});
  return cheapest([
    event === undefined ? undefined : nameNeedles([event].flat()),
    ...fields.flatMap(([path, wanted]) => fieldNeedles(path, wanted)),
    line === undefined ? undefined : textNeedles([line].flat(), 'line'),
    text === undefined ? undefined : textNeedles([text].flat(), line === undefined ? 'json' : 'plain'),
  ]);
}

/** A field is looked for by its key, or by a value that is a whole string. */
function fieldNeedles(path: string, wanted: FieldCondition): (readonly Needle[] | undefined)[] {
  const field = fieldText(path, wanted);
  const values = valueTexts(wanted);
  return [field && [{ ...field, text: foldAscii(field.text) }], values?.map((text) => ({ text: foldAscii(text) }))];
}

function nameNeedles(names: readonly string[]): readonly Needle[] | undefined {
  const sets = names.map((name) => cheapest(nameTexts(name).map((text) => [{ text: foldAscii(text) }])));
  return sets.includes(undefined) ? undefined : sets.flatMap((set) => set ?? []);
}

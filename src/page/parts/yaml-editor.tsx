import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { RuleWords, WorkbenchResult } from '../../contracts/api/workbench.ts';
import { type Completion, complete } from '../completion.ts';

export interface YamlEditorProps {
  readonly value: string;
  readonly findings: WorkbenchResult['findings'];
  readonly words: RuleWords | undefined;
  onChange(value: string): void;
}

/** A text field for a rules file: with line numbers, marks where something is wrong, and completion of its words. */
export function YamlEditor({ value, findings, words, onChange }: YamlEditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const caretAfter = useRef<number>();
  const [offer, setOffer] = useState<Completion>();
  const [chosen, setChosen] = useState(0);
  const lines = value.split('\n').length;
  const worst = new Map<number, string>();
  for (const { line, level } of findings) if (worst.get(line) !== 'error') worst.set(line, level);

  useLayoutEffect(() => {
    if (caretAfter.current === undefined || !area.current) return;
    area.current.selectionStart = caretAfter.current;
    area.current.selectionEnd = caretAfter.current;
    caretAfter.current = undefined;
  });

  const take = (word: string): void => {
    if (!offer || !area.current) return;
    caretAfter.current = offer.from + word.length;
    onChange(value.slice(0, offer.from) + word + value.slice(area.current.selectionStart));
    setOffer(undefined);
    area.current.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!offer) return;
    const count = offer.words.length;
    if (event.key === 'ArrowDown') setChosen((chosen + 1) % count);
    else if (event.key === 'ArrowUp') setChosen((chosen + count - 1) % count);
    else if (event.key === 'Tab' || event.key === 'Enter') take(offer.words[chosen] as string);
    else if (event.key === 'Escape') setOffer(undefined);
    else return;
    event.preventDefault();
  };

  return (
    <div class="editor">
      <div class="editor-gutter" ref={gutter} aria-hidden="true">
        {Array.from({ length: lines }, (_, index) => (
          // A line is its number.
          <div key={index} class={worst.has(index + 1) ? `at-${worst.get(index + 1)}` : ''}>
            {index + 1}
          </div>
        ))}
      </div>
      <textarea
        ref={area}
        aria-label="Rules file"
        value={value}
        spellcheck={false}
        wrap="off"
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={offer !== undefined}
        aria-controls="offers"
        aria-activedescendant={offer ? `offer-${chosen}` : undefined}
        onScroll={(event) => {
          if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop;
        }}
        onInput={(event) => {
          const { value: text, selectionStart } = event.currentTarget;
          onChange(text);
          setOffer(words && complete(text, selectionStart, words));
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => setOffer(undefined)}
      />
      <div id="offers" class={offer ? 'offers' : 'offers hidden'} role="listbox" aria-label="Words that fit">
        {offer?.words.map((word, index) => (
          <div
            key={word}
            id={`offer-${index}`}
            role="option"
            aria-selected={index === chosen}
            class="offer"
            onMouseDown={(event) => {
              event.preventDefault();
              take(word);
            }}
          >
            {word}
          </div>
        ))}
      </div>
    </div>
  );
}

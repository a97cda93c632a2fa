import { useEffect } from 'preact/hooks';

/** Keys of the whole page: `g` and a letter goes somewhere, others act at once. Never while a person types into a field. */
export function useKeys(keys: Readonly<Record<string, () => void>>): void {
  useEffect(() => {
    let pending = '';
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const word = pending + event.key;
      pending = event.key === 'g' && pending === '' ? 'g' : '';
      const act = keys[word] ?? keys[event.key];
      if (!act || pending !== '') return;
      event.preventDefault();
      act();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [keys]);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input, textarea, select, [contenteditable], dialog') !== null;
}

import { useState } from 'preact/hooks';

/** Puts a text on the clipboard, and says so for a moment. */
export function Copy({ text }: { text: string }) {
  const [isDone, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => setDone(false), 2_000);
  };
  return (
    <button type="button" onClick={copy}>
      {isDone ? 'Copied' : 'Copy'}
    </button>
  );
}

import { useRef, useState } from 'preact/hooks';

/** How much of a log is tried, in characters. */
export const LOG_MAX = 1_000_000;

/** Where a log is pasted, dropped or opened from a file. */
export function LogField({ value, onChange }: { value: string; onChange: (log: string) => void }) {
  const [isOver, setOver] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const take = async (dropped: File | undefined): Promise<void> => {
    if (dropped) onChange((await dropped.slice(0, LOG_MAX).text()).slice(0, LOG_MAX));
  };
  return (
    <div
      class={isOver ? 'log-field over' : 'log-field'}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void take(event.dataTransfer?.files[0]);
      }}
    >
      <textarea
        aria-label="Log"
        value={value}
        spellcheck={false}
        wrap={value === '' ? 'soft' : 'off'}
        placeholder="Paste a log here, or drop a file: as the agent printed it, or as docker, Kubernetes, a CI runner, syslog, Vector or Fluent Bit stored it."
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      <input
        ref={file}
        type="file"
        class="hidden"
        tabIndex={-1}
        aria-label="Log file"
        onChange={(event) => void take(event.currentTarget.files?.[0])}
      />
      <div class="buttons">
        <button type="button" onClick={() => file.current?.click()}>
          Choose a file …
        </button>
        {value !== '' && (
          <button type="button" class="quiet" onClick={() => onChange('')}>
            Clear
          </button>
        )}
      </div>
    </div>
  );
}

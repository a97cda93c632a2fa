import { useEffect, useRef } from 'preact/hooks';

const KEYS = [
  ['g n', 'Now'],
  ['g r', 'Runs'],
  ['g s', 'Subscriptions'],
  ['g u', 'Rules'],
  ['g d', 'Drift'],
  ['g w', 'Workbench'],
  ['/', 'search'],
  ['j k ↓ ↑', 'walk through a list'],
  ['Enter', 'open what is chosen'],
  ['?', 'this'],
] as const;

/** The keys, for who would rather not use a mouse. */
export function Help({ onClose }: { onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={onClose}>
      <h2 id="help-title">Keys</h2>
      <dl class="keys">
        {KEYS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog" class="buttons">
        <button type="submit" class="primary">
          Close
        </button>
      </form>
    </dialog>
  );
}

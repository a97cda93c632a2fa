import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ActDone } from '../../contracts/api/acts.ts';
import { type ApiFailure, actorName, post, token } from '../api.ts';
import { health } from '../live.ts';
import { useValue } from '../observable.ts';
import { toast } from './toast.tsx';

export interface ActDialogProps {
  readonly title: string;
  readonly path: string;
  /** What is sent besides who and why. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly confirm: string;
  readonly isDangerous?: boolean;
  readonly children?: ComponentChildren;
  onClose(done?: ActDone): void;
}

/** An act that a view asks for: all of the dialog but how it closes. */
export type Acting = Omit<ActDialogProps, 'onClose'>;

/** Asks who acts and why, and for the token where it is not known yet, then acts. */
export function ActDialog({ title, path, body, confirm, isDangerous, children, onClose }: ActDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [by, setBy] = useState(actorName.get());
  const [why, setWhy] = useState('');
  const [given, setGiven] = useState('');
  const [failure, setFailure] = useState<ApiFailure>();
  const [isBusy, setBusy] = useState(false);
  const known = useValue(token);
  const mayAct = useValue(health)?.may_act ?? true;
  useEffect(() => {
    dialog.current?.showModal();
  }, []);

  const carryOut = async (event: Event): Promise<void> => {
    event.preventDefault();
    actorName.set(by);
    if (given !== '') token.set(given);
    setBusy(true);
    setFailure(undefined);
    try {
      const done = await post(path, { ...body, by, why });
      toast(done.message);
      onClose(done);
    } catch (error) {
      const refused = error as ApiFailure;
      if (refused.code === 'TOKEN_WANTED') token.set('');
      setFailure(refused);
    } finally {
      setBusy(false);
    }
  };

  return (
    <dialog ref={dialog} class="act" aria-labelledby="act-title" onCancel={() => onClose()} onClose={() => onClose()}>
      <form onSubmit={carryOut}>
        <h2 id="act-title">{title}</h2>
        {children}
        {!mayAct && (
          <p class="notice-box tone-warn">
            This service takes no acts: it was started without <code>KNELL_HTTP_TOKEN</code>.
          </p>
        )}
        <label>
          Your name, for the audit
          <input
            name="by"
            value={by}
            onInput={(event) => setBy(event.currentTarget.value)}
            required
            maxLength={64}
            autoComplete="username"
          />
        </label>
        <label>
          Why
          <input
            name="why"
            value={why}
            onInput={(event) => setWhy(event.currentTarget.value)}
            required
            maxLength={500}
            autoComplete="off"
          />
        </label>
        {known === '' && (
          <label>
            Token
            <input
              name="token"
              type="password"
              value={given}
              onInput={(event) => setGiven(event.currentTarget.value)}
              required
              autoComplete="current-password"
            />
            <span class="hint">What KNELL_HTTP_TOKEN is set to. It is kept for this tab only.</span>
          </label>
        )}
        {failure && (
          <div class="notice-box tone-bad" role="alert">
            <p>
              <strong>Refused.</strong> {failure.message}.
            </p>
            {failure.reasons.length > 0 && (
              <ul>
                {failure.reasons.map((reason) => (
                  <li key={reason}>{reason}</li>
                ))}
              </ul>
            )}
          </div>
        )}
        <div class="buttons">
          <button type="button" onClick={() => onClose()}>
            Cancel
          </button>
          <button type="submit" class={isDangerous ? 'danger' : 'primary'} disabled={isBusy || !mayAct}>
            {isBusy ? 'Asking …' : confirm}
          </button>
        </div>
      </form>
    </dialog>
  );
}

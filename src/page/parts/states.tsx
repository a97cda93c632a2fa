import type { ComponentChildren } from 'preact';
import type { ApiFailure } from '../api.ts';
import type { Loaded } from '../load.ts';

/** There is nothing to show, and why that may be. */
export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children && <p>{children}</p>}
    </div>
  );
}

export function Failure({ failure, reload }: { failure: ApiFailure; reload?: () => void }) {
  return (
    <div class="notice-box tone-bad" role="alert">
      <p>
        <strong>{failure.code === 'AWAY' ? 'knell does not answer.' : 'This could not be shown.'}</strong>{' '}
        {failure.message}
      </p>
      {failure.reasons.length > 1 && (
        <ul>
          {failure.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      {reload && (
        <button type="button" onClick={reload}>
          Try again
        </button>
      )}
    </div>
  );
}

/** What was loaded; else that it is coming, or why it is not there. */
export function Shown<T>({ loaded, children }: { loaded: Loaded<T>; children: (value: T) => ComponentChildren }) {
  const { value, failure, reload } = loaded;
  if (value === undefined) {
    if (failure) return <Failure failure={failure} reload={reload} />;
    return (
      <div class="loading" role="status">
        Loading …
      </div>
    );
  }
  return (
    <>
      {failure && failure.code !== 'AWAY' && <Failure failure={failure} reload={reload} />}
      {children(value)}
    </>
  );
}

import { useState } from 'preact/hooks';
import { isLocked, token } from '../api.ts';
import { connected } from '../live.ts';

/** Asks for the token, where the service shows nothing without it. */
export function SignIn() {
  const [given, setGiven] = useState('');
  // Asked again although one was given.
  const [wasRefused] = useState(token.get() !== '');
  const submit = (event: Event): void => {
    event.preventDefault();
    token.set(given);
    isLocked.set(false);
    connected.set(connected.get() + 1);
  };
  return (
    <form class="sign-in panel" onSubmit={submit}>
      <h1>knell asks for its token</h1>
      <p>What agents print is shown to those who have it. It is what KNELL_HTTP_TOKEN is set to on the service.</p>
      <label>
        Token
        <input
          type="password"
          value={given}
          onInput={(event) => setGiven(event.currentTarget.value)}
          required
          autoComplete="current-password"
        />
      </label>
      {wasRefused && (
        <p class="tone-text-bad" role="alert">
          The service did not take this token.
        </p>
      )}
      <button type="submit" class="primary">
        Go on
      </button>
    </form>
  );
}

// SPDX-License-Identifier: Apache-2.0

import { useState } from 'preact/hooks';

import { problemText } from './api/problem';
import { signIn } from './api/session';

export function SignIn({ onSignedIn }: { onSignedIn: () => void }) {
  const [problem, setProblem] = useState<string>();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const token = String(new FormData(form).get('token')).trim();
    signIn(token).then(onSignedIn, (error) => setProblem(problemText(error)));
  };
  return (
    <main class="sign-in">
      <h1>PigeonHub</h1>
      <form onSubmit={submit}>
        <label for="token">Token of the control API</label>
        <input id="token" name="token" type="password" autocomplete="current-password" required
          aria-describedby="token-help" />
        <p id="token-help" class="quiet">
          A row of the file that the hub got with --control-tokens. Its role says what you may do here.
        </p>
        {problem && <p class="problem" role="alert">{problem}</p>}
        <button>Sign in</button>
      </form>
    </main>
  );
}

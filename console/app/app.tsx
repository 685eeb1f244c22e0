// SPDX-License-Identifier: Apache-2.0

import { useEffect, useState } from 'preact/hooks';

import { onStranger, readSession, signOut, type Session } from './api/session';
import { problemText, SILENT } from './api/problem';
import { useStats, watchOwnHub } from './api/stats';
import { ShortId } from './parts/short_id';
import { address, useRoute } from './route';
import { screens } from './screens';
import { SignIn } from './sign_in';

// Asks who looks, then shows the screen that the address names.
export function App() {
  const [session, setSession] = useState<Session | null>();
  const [problem, setProblem] = useState<string>();
  const look = () => {
    readSession().then(
      (found) => {
        setProblem(undefined);
        setSession(found);
      },
      (error) => {
        setProblem(problemText(error));
        setTimeout(look, 2000);
      },
    );
  };
  useEffect(look, []);
  useEffect(() => onStranger(look), []);

  if (session === undefined) return <p class="wait" role="status">{problem ?? 'asking the hub …'}</p>;
  if (session === null) return <SignIn onSignedIn={look} />;
  return <Frame session={session} onSignedOut={look} />;
}

function Frame({ session, onSignedOut }: { session: Session; onSignedOut: () => void }) {
  const route = useRoute();
  const screen = screens.find((one) => one.name === route.screen) ?? screens[0]!;
  useEffect(watchOwnHub, []);
  useEffect(() => {
    document.title = `${screen.title} · PigeonHub`;
  }, [screen]);
  return (
    <>
      <a class="skip" href="#content" onClick={skip}>To the content</a>
      <header>
        <strong>PigeonHub</strong>
        <span class="quiet">{session.version}</span>
        <span>hub <ShortId id={session.hubId} /></span>
        <Away />
        <span class="who">
          {session.name}, {session.role}
          {session.signedIn && (
            <button onClick={() => void signOut().then(onSignedOut)}>Sign out</button>
          )}
        </span>
      </header>
      <nav aria-label="Screens">
        {screens.map(({ name, title }) => (
          <a key={name} href={address(name)} aria-current={name === screen.name ? 'page' : undefined}>
            {title}
          </a>
        ))}
      </nav>
      <main id="content" tabIndex={-1}>
        <h1>{screen.title}</h1>
        <screen.View key={screen.name} session={session} params={route.params} />
      </main>
    </>
  );
}

// Also a screen whose stream is open says by this that nothing comes any more.
function Away() {
  const { problem } = useStats('');
  return problem === SILENT ? <span class="warn" role="status">{SILENT}</span> : null;
}

// The address names the screen, so it cannot name a place in the page, too.
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}

// SPDX-License-Identifier: Apache-2.0
//
// /demo: a chat from page to page by the unmodified client, and what happens meanwhile.

import { render } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';

import type { Mesh } from '../client/peerpigeon';
import { Chat, type Said } from './chat';
import { Happened } from './happened';
import { Code, NotConnected, SameInTerminal } from './help';
import { type DevFacts, devFacts } from './hub_pages';
import { Alone, Invite } from './invite';
import { after, channels, newStory, pairInFocus, shortId, type Story } from './story';
import { watch } from './watch';
import { newRoom, roomOf } from './words';

const MOST_SAID = 200;

// The room is in the address, so that a page that is loaded again is in the same one.
function room(): string {
  const named = roomOf(location.search);
  if (named) return named;
  const made = newRoom();
  history.replaceState(null, '', `?room=${encodeURIComponent(made)}`);
  return made;
}

function Page({ mesh, facts, room }: { mesh: Mesh; facts: DevFacts; room: string }) {
  const [story, setStory] = useState<Story>(newStory);
  const [said, setSaid] = useState<readonly Said[]>([]);
  const [now, setNow] = useState(0);
  // At once, and not when the page is painted: a tab behind another one is painted late, and the mesh does not wait for it.
  useLayoutEffect(() => {
    const began = performance.now();
    const time = () => performance.now() - began;
    watch(mesh, (event) => setStory((old) => after(old, time(), event)));
    mesh.on('messageReceived', ({ from, content }) => {
      if (typeof content === 'string') setSaid((old) => [...old, { from, text: content }].slice(-MOST_SAID));
    });
    const timer = setInterval(() => setNow(time()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const me = mesh.peerId ?? '';
  const pair = pairInFocus(story);
  const here = `${location.pathname}?room=${encodeURIComponent(room)}`;
  return (
    <>
      <header>
        <h1>PigeonHub demo</h1>
        <Invite facts={facts} room={room} here={new URL(here, location.href).href} />
      </header>
      <main>
        <div class="panes">
          <Chat
            me={me}
            said={said}
            others={channels(story)}
            alone={pair ? <p>{shortId(pair.peer)} is here, too. Connecting …</p> : <Alone facts={facts} room={room} here={here} />}
            say={(text) => void mesh.sendMessage(text)}
          />
          <Happened story={story} />
        </div>
        <NotConnected me={me} story={story} now={now} />
        <Code />
        <SameInTerminal me={me} story={story} />
        <p class="command">
          <a href="/LICENSES.txt">Licenses</a> of what this page uses: PeerPigeon by Daniel Raeder (MIT), Preact (MIT)
        </p>
      </main>
    </>
  );
}

const facts = await devFacts();
const name = room();
const mesh = PigeonHub.join({ room: name, token: facts.token });
render(<Page mesh={mesh} facts={facts} room={name} />, document.getElementById('demo')!);

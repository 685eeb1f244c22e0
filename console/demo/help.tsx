// SPDX-License-Identifier: Apache-2.0
//
// What stands below the two panes: who is waited for, the code of this page, and the same question in a terminal.

import { useEffect, useState } from 'preact/hooks';

import { explain, type Finding } from './hub_pages';
import { pairInFocus, shortId, type Story, waiting } from './story';

const ASK_EVERY_MS = 5_000;

function useFindings(me: string, peer: string | undefined): Finding[] {
  const [findings, setFindings] = useState<Finding[]>([]);
  useEffect(() => {
    setFindings([]);
    if (!peer) return;
    let wanted = true;
    const ask = () => void explain(me, peer).then((found) => wanted && setFindings(found));
    ask();
    const timer = setInterval(ask, ASK_EVERY_MS);
    return () => {
      wanted = false;
      clearInterval(timer);
    };
  }, [me, peer]);
  return findings;
}

// Says who is waited for, and what the hub knows about it.
export function NotConnected({ me, story, now }: { me: string; story: Story; now: number }) {
  const wait = waiting(story, now);
  const findings = useFindings(me, wait?.peer);
  return (
    <section class={wait ? 'help waits' : 'help'} aria-labelledby="help-title">
      <h2 id="help-title">Not connected?</h2>
      <div role="status">{wait ? `${wait.text} (${wait.seconds} s)` : 'Nothing waits.'}</div>
      {findings.length > 0 && (
        <ul class="findings">
          {findings.map((finding) => (
            <li>
              <code>{finding.code}</code> {finding.cause} <span class="quiet">{finding.advice}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function codeOf(hub: string): string {
  return `<script src="${hub}/client.js"></script>
<script>
  const mesh = PigeonHub.join({ room: 'my-app' });     // an ordinary PeerPigeonMesh
  mesh.on('peerConnected', (p) => mesh.sendMessage('hello ' + p.peerId));
  mesh.on('messageReceived', (m) => console.log(m.from, m.content));
</script>`;
}

export function Code() {
  return (
    <details class="help">
      <summary>The 6 lines of code behind this page</summary>
      <pre tabIndex={0} aria-label="Code">
        <code>{codeOf(location.origin)}</code>
      </pre>
    </details>
  );
}

export function SameInTerminal({ me, story }: { me: string; story: Story }) {
  const peer = pairInFocus(story)?.peer;
  const command = peer ? `pigeonctl explain ${me} ${peer}` : 'pigeonctl peers list';
  return (
    <p class="command" title={peer ? `${shortId(me)} and ${shortId(peer)}` : undefined}>
      <span>The same in a terminal:</span> <code tabIndex={0}>{command}</code>
    </p>
  );
}

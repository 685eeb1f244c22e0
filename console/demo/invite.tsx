// SPDX-License-Identifier: Apache-2.0
//
// How others come into the room.

import { useState } from 'preact/hooks';

import { type DevFacts, linkFor } from './hub_pages';

const qrCode = (link: string) => `/qr.svg?text=${encodeURIComponent(link)}`;

export function SecondTab({ link, children }: { link: string; children: string }) {
  return (
    <a class="button" href={link} target="_blank" rel="noopener">
      {children} <span aria-hidden="true">↗</span>
      <span class="unseen"> (opens a new tab)</span>
    </a>
  );
}

// The clipboard is there on https and on this machine only.
function CopyLink({ link }: { link: string }) {
  const [said, setSaid] = useState('copy link');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(link);
      setSaid('copied');
    } catch {
      setSaid('copy it from the address bar');
    }
    setTimeout(() => setSaid('copy link'), 2_000);
  };
  return (
    <button type="button" onClick={() => void copy()}>
      <span role="status">{said}</span>
    </button>
  );
}

function Elsewhere({ facts, room }: { facts: DevFacts; room: string }) {
  const link = linkFor(facts, new URL(location.href), room);
  const [hasCode, setHasCode] = useState(true);
  if (!link) {
    return (
      <p>
        This hub serves this machine only. For a phone start it as <code class="whole">pigeonhub --dev-lan</code>.
      </p>
    );
  }
  return (
    <>
      <p>
        Open on another device: <a href={link}>{link}</a>
      </p>
      {hasCode && <img class="qr" src={qrCode(link)} alt={`QR code of ${link}`} width="180" height="180" onError={() => setHasCode(false)} />}
    </>
  );
}

export function Alone({ facts, room, here }: { facts: DevFacts; room: string; here: string }) {
  return (
    <>
      <p>
        <strong>You are alone.</strong> Open a second tab{linkFor(facts, new URL(location.href), room) && ', or scan with a phone'}.
      </p>
      <p>
        <SecondTab link={here}>second tab</SecondTab>
      </p>
      <Elsewhere facts={facts} room={room} />
    </>
  );
}

export function Invite({ facts, room, here }: { facts: DevFacts; room: string; here: string }) {
  const [shown, setShown] = useState(false);
  return (
    <>
      <div class="invite">
        <span class="room">
          room <code>{room}</code>
        </span>
        <CopyLink link={here} />
        <button type="button" aria-expanded={shown} onClick={() => setShown(!shown)}>
          another device
        </button>
        <SecondTab link={here}>second tab</SecondTab>
      </div>
      {shown && (
        <div class="elsewhere">
          <Elsewhere facts={facts} room={room} />
        </div>
      )}
    </>
  );
}

// SPDX-License-Identifier: Apache-2.0
//
// What strangers, and a hub that was let in, may do so that a hub holds much memory or works for
// nothing. Each attack begins again whatever the hub ended. Run as a program it makes some of them at
// two linked hubs, until it is killed: node attacks.mjs URL URL SECRET NAME...
import { fileURLToPath } from 'node:url';

import { randomId, WirePeer } from '../e2e/support/wire_peer.mjs';

const KiB = 1024;
// What waits in this process is not the hub's to hold.
const MOST_UNSENT = 2_000_000;

// A hub of the version before, which signs nothing; the hubs let it in with its secret.
export const HOSTILE_ID = '6'.repeat(40);

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const isOpen = (peer) => peer.socket.readyState === 1;
const takesMore = (peer) => isOpen(peer) && peer.socket.bufferedAmount < MOST_UNSENT;
// Peers here hear nothing, or this process would hold what the hub does not.
function deaf(peer) {
  peer.socket.removeAllListeners('message');
  peer.socket.on('message', () => {});
  return peer;
}
// Resolves with a peer, once the hub lets one in.
async function comes(hub, network, data) {
  for (;;) {
    const peer = await WirePeer.join(hub, network, data).catch(() => undefined);
    if (peer) return deaf(peer);
    await pause(500);
  }
}
// So many peers, each with a life of its own: `live` is called again whenever a peer is gone.
function crowd(count, live) {
  for (let i = 0; i < count; ++i) {
    (async () => {
      await pause(10 * i); // An address may have only so many handshakes under way.
      for (;;) {
        await live(i).catch(() => {});
        await pause(200);
      }
    })();
  }
}

async function hostileHub(hub, secret) {
  const query = `?peerId=${HOSTILE_ID}&hubSecret=${secret}`;
  const link = deaf(await WirePeer.dial(hub, { id: HOSTILE_ID, query }));
  const data = { isHub: true, mesh: { version: 1 } };
  link.send({ type: 'announce', networkName: 'pigeonhub-mesh', data });
  return link;
}
const node = (peerId, seq, neighbours) => ({
  peerId, seq, transit: true, peers: 1,
  neighbours: neighbours.map((id) => ({ peerId: id, vouched: true })),
  data: { isHub: true, mesh: { version: 1 } },
});
const news = (hubs) => ({ type: 'hub-news', data: { hubs } });

export const attacks = {
  'large signals to a peer of another hub': ([one, other]) =>
    crowd(1, async () => {
      const target = await comes(other, 'large');
      const sender = await comes(one, 'large');
      while (isOpen(sender) && isOpen(target)) {
        if (takesMore(sender)) sender.signal('offer', target, 'large', { sdp: 'v'.repeat(878 * KiB) });
        await pause(20);
      }
    }),

  'messages that are not finished': ([hub]) =>
    crowd(100, async () => {
      const peer = deaf(await WirePeer.connect(hub));
      peer.socket.send('x'.repeat(1000 * KiB), { fin: false });
      await peer.ended;
    }),

  'peers that do not read': ([hub]) => {
    const readers = [];
    crowd(60, async (i) => {
      readers[i] = await comes(hub, 'unread');
      readers[i].socket.pause();
      await readers[i].ended;
    });
    crowd(1, async () => {
      const sender = await comes(hub, 'unread');
      while (isOpen(sender)) {
        for (const reader of readers) {
          if (!reader || !takesMore(sender)) continue;
          sender.signal('offer', reader, 'unread', { sdp: 'v'.repeat(900 * KiB) });
        }
        await pause(50);
      }
    });
  },

  'announces that say something new': ([hub]) =>
    crowd(200, async (i) => {
      const peer = await comes(hub, 'announces');
      for (let n = 0; isOpen(peer); ++n) {
        const data = { words: 'y'.repeat(15_000) + n, number: i };
        if (takesMore(peer)) peer.send({ type: 'announce', networkName: 'announces', data });
        await pause(50);
      }
    }),

  'announces that say nothing new': ([hub]) =>
    crowd(100, async () => {
      const data = { words: 'y'.repeat(15_000) };
      const peer = await comes(hub, 'again', data);
      while (isOpen(peer)) {
        if (takesMore(peer)) peer.send({ type: 'announce', networkName: 'again', data });
        await pause(50);
      }
    }),

  'goodbyes with data': ([hub]) => {
    crowd(100, async () => (await comes(hub, 'goodbyes')).ended);
    crowd(5, async () => {
      const peer = await comes(hub, 'goodbyes');
      peer.send({ type: 'goodbye', networkName: 'goodbyes', data: { words: 'z'.repeat(900) } });
      await peer.ended;
    });
  },

  'arrays of numbers between doubles': ([hub]) =>
    crowd(2, async () => {
      const peer = await comes(hub, 'numbers');
      const numbers = `[${'2.4703282292062327208e-324,'.repeat(37_000)}1]`;
      while (isOpen(peer)) {
        if (takesMore(peer)) peer.socket.send(numbers);
        await pause(50);
      }
    }),

  'peers that a hub invents': ([hub], secret) =>
    crowd(1, async () => {
      await comes(hub, 'invented');
      const link = await hostileHub(hub, secret);
      for (let stream = 1, seq = 1; isOpen(link); ++seq) {
        if (seq === 1) link.send(news([node(HOSTILE_ID, stream, [hub.id])]));
        const join = () => ({
          op: 'join', peerId: randomId(), networkName: 'invented', generation: 1,
          members: { words: 'w'.repeat(1000) },
        });
        const ops = Array.from({ length: 100 }, join);
        const want = () => ({ op: 'want', networkNames: [randomId()] });
        ops.push(...Array.from({ length: 100 }, want));
        if (takesMore(link)) {
          link.send({ type: 'hub-frame', data: { stream, seq, ackStream: 0, ack: 0, ops },
            fromPeerId: HOSTILE_ID, targetPeerId: hub.id });
        }
        await pause(20);
      }
    }),

  'news of 240 hubs that change': ([, hub], secret) => {
    const invented = Array.from({ length: 240 }, randomId);
    crowd(1, async () => {
      const link = await hostileHub(hub, secret);
      for (let seq = 1; isOpen(link); ++seq) {
        if (takesMore(link)) {
          link.send(news([node(HOSTILE_ID, seq, [hub.id, ...invented.slice(0, 200)])]));
          for (let i = 0; i < 240; i += 16) {
            const some = invented.slice(i, i + 16);
            link.send(news(some.map((id) => node(id, seq, [HOSTILE_ID, invented[(i + seq) % 240]]))));
          }
        }
        await pause(100);
      }
    });
  },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [one, other, secret, ...names] = process.argv.slice(2);
  const hubs = [one, other].map((hub) => {
    const [url, id] = hub.split('#');
    return { url, id };
  });
  for (const name of names) attacks[name](hubs, secret);
}

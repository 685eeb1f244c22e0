// SPDX-License-Identifier: Apache-2.0
//
// Several hubs that are one network.

import { fileURLToPath } from 'node:url';

import { Hub } from './hub.mjs';
import { until } from './wait.mjs';

const referenceProgram = fileURLToPath(new URL('reference_hub.mjs', import.meta.url));

// A hub that links to the given ones; the port, if any, is for one that comes back.
export function startHub(bootstrapHubs = [], { flags = [], ...options } = {}) {
  const links = bootstrapHubs.flatMap((hub) => ['--bootstrap-hub', hub.url ?? hub]);
  const alone = bootstrapHubs.length === 0 && !options.program ? ['--no-auto-connect'] : [];
  return Hub.start({
    ...options,
    flags: ['--hub', '--control-listen', 'off', ...links, ...alone, ...flags],
  });
}

// The flags of a hub to which hubs link that show no token.
export const OPEN = ['--hub-admission', 'open'];

// PeerPigeon's own server as a hub.
export function startReferenceHub(bootstrapHubs = [], options = {}) {
  return startHub(bootstrapHubs, { ...options, program: referenceProgram });
}

// Resolves once so many hubs are linked to `hub` by dialling it.
export function linked(hub, count = 1) {
  return until(
    `${count} hubs are linked to ${hub.url}`,
    async () => (await hub.hubs()).hubs.length === count,
  );
}

// Resolves once `one` has been told of `other`, with how long that took in milliseconds.
export async function discovers(one, other, patience) {
  const begin = Date.now();
  await until(
    `${one.id} discovers ${other.id}`,
    () => one.left({ type: 'peer-discovered', data: { peerId: other.id } }).length > 0,
    patience,
  );
  return Date.now() - begin;
}

// Waits until they know of its leave.
export async function misses(one, other, patience) {
  const begin = Date.now();
  await until(
    `${one.id} misses ${other.id}`,
    () => one.left({ type: 'peer-disconnected', data: { peerId: other.id } }).length > 0,
    patience,
  );
  return Date.now() - begin;
}

// An offer each way, arriving as it was sent, once, and from whom it was sent.
export async function exchangeOffers(one, other, networkName) {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ]) {
    const data = { sdp: `v=0 from ${from.id}` };
    from.signal('offer', to, networkName, data);
    await to.take({ type: 'offer', fromPeerId: from.id, targetPeerId: to.id, networkName, data });
  }
}

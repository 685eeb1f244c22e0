// SPDX-License-Identifier: Apache-2.0
//
// A hub with everything on that decides who may come in and how much may be asked: tokens, policies, bans and rates. None of
// it keeps the generator out.
import { createHmac, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const POLICIES = 500;
const BANS = 10_000;

const base64 = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function token(secret) {
  const claims = {
    sub: 'bench', exp: Math.floor(Date.now() / 1000) + 3600, peerpigeon: { ns: ['bench-*'], attrs: { tier: 'pro' } },
  };
  const signed = `${base64({ alg: 'HS256' })}.${base64(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

function policies() {
  const others = Array.from({ length: POLICIES }, (_, i) => `[namespace."app${i}:*"]\nmax-peers = 100\n`);
  return `[namespace."bench-*"]\nwho = "token"\nmax-peers = 1000\n\n${others.join('\n')}`;
}

// Half of them by address, half by peer.
function bans() {
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const target = (i) => (i % 2
    ? { kind: 'peer', value: i.toString(16).padStart(40, 'f') }
    : { kind: 'address', value: `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}/32` });
  return Array.from({ length: BANS }, (_, i) => `${JSON.stringify({ ...target(i), until })}\n`).join('');
}

// Writes the files of such a hub into `directory`; its flags, and the token that its peers show.
export function everythingOn(directory) {
  const secret = randomBytes(32).toString('hex');
  const write = (name, text) => {
    const path = join(directory, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  return {
    flags: [
      '--config', write('hub.toml', policies()), '--bans', write('bans.jsonl', bans()),
      '--auth', 'required', '--token-key', write('bench.key', `${secret}\n`),
      ...['--message-rate', '1000000/s', '--byte-rate', '64GiB/s', '--announce-rate', '1000000/s'],
      ...['--fanout-rate', '64GiB/s', '--address-rate', '1000000/s', '--auth-failure-rate', '10/30m'],
    ],
    token: token(secret),
  };
}

// SPDX-License-Identifier: Apache-2.0
//
// A small internet of network namespaces: a public network with two addresses of one machine, and two
// homes, each behind a NAT of nftables of its own. Needs root, and the programs ip and nft.

import { execFileSync } from 'node:child_process';

const run = (program, ...words) => execFileSync(program, words, { stdio: 'pipe' });

export const PUBLIC = ['203.0.113.1', '203.0.113.2'];
const OUTSIDE = 'pigeon-out';
const HOMES = ['a', 'b'];

export class MadeNet {
  // How each home's NAT chooses the port outside: '' keeps that of the socket where it can, 'random' and
  // 'fully-random' take another one for each destination.
  constructor(kinds) {
    const ip = (...words) => run('ip', ...words);
    ip('netns', 'add', OUTSIDE);
    const outside = (...words) => ip('-n', OUTSIDE, ...words);
    outside('link', 'set', 'lo', 'up');
    outside('link', 'add', 'street', 'type', 'bridge');
    outside('link', 'set', 'street', 'up');
    for (const address of PUBLIC) outside('addr', 'add', `${address}/24`, 'dev', 'street');
    for (const [i, home] of HOMES.entries()) this.#build(ip, home, i, kinds[i]);
  }

  #build(ip, home, i, kind) {
    const nat = `pigeon-nat-${home}`;
    const room = `pigeon-home-${home}`;
    for (const name of [nat, room]) {
      ip('netns', 'add', name);
      ip('-n', name, 'link', 'set', 'lo', 'up');
    }
    ip('-n', nat, 'link', 'add', 'wan', 'type', 'veth', 'peer', 'name', `door-${home}`, 'netns', OUTSIDE);
    ip('-n', OUTSIDE, 'link', 'set', `door-${home}`, 'master', 'street', 'up');
    ip('-n', nat, 'addr', 'add', `203.0.113.${11 + i}/24`, 'dev', 'wan');
    ip('-n', nat, 'link', 'set', 'wan', 'up');
    ip('-n', nat, 'link', 'add', 'lan', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', room);
    ip('-n', nat, 'addr', 'add', `192.168.${i + 1}.1/24`, 'dev', 'lan');
    ip('-n', nat, 'link', 'set', 'lan', 'up');
    ip('-n', room, 'addr', 'add', `192.168.${i + 1}.2/24`, 'dev', 'eth0');
    ip('-n', room, 'link', 'set', 'eth0', 'up');
    ip('-n', room, 'route', 'add', 'default', 'via', `192.168.${i + 1}.1`);
    const inside = (...words) => ip('netns', 'exec', nat, ...words);
    inside('sysctl', '-qw', 'net.ipv4.ip_forward=1');
    inside('nft', `
      table ip nat {
        chain out { type nat hook postrouting priority 100; oifname "wan" masquerade ${kind}; }
        chain unasked { type filter hook input priority 0; iifname "wan" ct state new drop; }
      }`);
  }

  // What to put before a command so that it runs outside, or in home 0 or 1.
  static at(home) {
    return ['ip', 'netns', 'exec', home === undefined ? OUTSIDE : `pigeon-home-${HOMES[home]}`];
  }

  remove() {
    for (const name of [OUTSIDE, ...HOMES.flatMap((home) => [`pigeon-nat-${home}`, `pigeon-home-${home}`])]) {
      try {
        run('ip', 'netns', 'del', name);
      } catch {
        // It was not made yet.
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
//
// What is measured, and what the project promises. A figure is what a scenario of pigeonhub_load
// reports; a target is the most it may be: as a share of the reference's, of another case's of
// ours, or outright.

const cpu = {
  unit: 'us',
  figure: (report) => report.server_cpu_us_per_operation,
};

// The reference speaks no TLS and keeps nobody out.
const tls = { tls: true, only: 'pigeonhub' };
const access = { access: true, only: 'pigeonhub' };

const latency = {
  unit: 'ms',
  figure: (report) => report.p99_ms,
};

// A peer may send a hundred messages a second; --flood 5000 is fifty times that.
const besideAFlood = {
  load: ['relay-open', '--rate', '1000', '--peers', '100'],
  flags: ['--message-rate', '100/s,500'],
  only: 'pigeonhub',
};

const memory = {
  unit: 'bytes',
  figure: (report) => report.resident_bytes_per_connection,
};

export const cases = [
  {
    name: 'relay',
    title: 'relay 1.5 KB, 1 in flight x200',
    load: ['relay'],
    quick: ['--peers', '8'],
    ...cpu,
    targets: { ofReference: 0.3 },
  },
  {
    name: 'relay-rates',
    title: 'relay, with rates that nobody reaches',
    load: ['relay'],
    flags: ['--message-rate', '1000000/s', '--byte-rate', '64GiB/s', '--announce-rate', '1000000/s',
      '--fanout-rate', '64GiB/s', '--address-rate', '1000000/s'],
    quick: ['--peers', '8'],
    ...cpu,
    targets: { ofCase: { name: 'relay', share: 1.03 } },
  },
  {
    name: 'relay-access',
    title: 'relay, with tokens, policies, bans, rates',
    load: ['relay'],
    quick: ['--peers', '8'],
    ...access,
    ...cpu,
    targets: { ofCase: { name: 'relay', share: 1.03 } },
  },
  {
    name: 'relay-open',
    title: 'relay 1.5 KB, 4000 a second',
    load: ['relay-open'],
    quick: ['--peers', '8', '--rate', '500'],
    ...cpu,
    targets: { ofReference: 0.55 },
  },
  {
    name: 'bystanders',
    title: 'p99 of others, 1000 offers a second',
    ...besideAFlood,
    quick: ['--peers', '8'],
    ...latency,
    targets: {},
  },
  {
    name: 'bystanders-flood',
    title: 'the same beside 50 times the rate',
    ...besideAFlood,
    load: [...besideAFlood.load, '--flood', '5000'],
    quick: ['--peers', '8'],
    ...latency,
    targets: { ofCase: { name: 'bystanders', share: 1.2 } },
  },
  {
    name: 'ice',
    title: 'ICE 320 B, 8 in flight x100',
    load: ['ice'],
    quick: ['--peers', '8'],
    ...cpu,
    targets: { ofReference: 0.15 },
  },
  {
    name: 'announce-10',
    title: 'announce n=10, a delivery',
    load: ['announce', '--members', '10', '--groups', '10', '--rounds', '60'],
    quick: ['--groups', '2', '--rounds', '2'],
    ...cpu,
    targets: {},
  },
  {
    name: 'announce-100',
    title: 'announce n=100, a delivery',
    load: ['announce', '--members', '100', '--rounds', '20'],
    quick: ['--members', '30', '--rounds', '2'],
    ...cpu,
    targets: { ofReference: 0.2 },
  },
  {
    name: 'announce-1000',
    title: 'announce n=1000, a delivery',
    load: ['announce', '--members', '1000', '--rounds', '1'],
    // Above 500 members a newcomer is told of some only; the measurement needs all.
    flags: ['--discovery-limit', '0'],
    onlyIfAsked: true,
    ...cpu,
    targets: {},
  },
  {
    name: 'churn',
    title: 'churn, a cycle',
    load: ['churn'],
    quick: ['--groups', '2'],
    ...cpu,
    targets: { ofReference: 0.25 },
  },
  {
    name: 'churn-idle',
    title: 'churn beside 2000 strangers',
    load: ['churn', '--idle', '2000'],
    quick: ['--groups', '2', '--idle', '20'],
    ...cpu,
    targets: { ofReference: 0.25, ofCase: { name: 'churn', share: 1.1 } },
  },
  {
    name: 'idle',
    title: 'idle connection, 10 k',
    load: ['idle', '--peers', '10000'],
    quick: ['--peers', '20'],
    ...memory,
    targets: { atMost: 11_000 },
  },
  {
    name: 'behind-a-proxy',
    title: '10 k clients join by one proxy',
    load: ['idle', '--peers', '10000', '--forwarded', '1'],
    quick: ['--peers', '200'],
    // Of one address a hundred could come at once.
    flags: ['--trust-proxy', '127.0.0.0/8', '--trust-proxy', '::1/128', '--address-rate', '20/s,100'],
    only: 'pigeonhub',
    ...cpu,
    targets: {},
  },
  {
    name: 'wss',
    title: 'relay 1.5 KB over wss',
    load: ['relay'],
    quick: ['--peers', '8'],
    ...tls,
    ...cpu,
    targets: { ofCase: { name: 'relay', share: 1.5 } },
  },
  {
    name: 'wss-ice',
    title: 'ICE 320 B over wss',
    load: ['ice'],
    quick: ['--peers', '8'],
    ...tls,
    ...cpu,
    targets: {},
  },
  {
    name: 'idle-wss',
    title: 'idle wss connection, 10 k',
    load: ['idle', '--peers', '10000'],
    quick: ['--peers', '20'],
    ...tls,
    ...memory,
    targets: { atMost: 14_000 },
  },
  {
    name: 'connect',
    title: 'connect and leave',
    load: ['connect'],
    quick: ['--peers', '20'],
    ...cpu,
    targets: {},
  },
  {
    name: 'tls-handshakes',
    title: 'the same over wss, in full',
    load: ['connect'],
    quick: ['--peers', '20'],
    ...tls,
    ...cpu,
    targets: {},
  },
  {
    name: 'tls-resumed',
    title: 'the same over wss, resumed',
    load: ['connect', '--resume', '1'],
    quick: ['--peers', '20'],
    ...tls,
    ...cpu,
    targets: { ofCase: { name: 'tls-handshakes', share: 0.4 } },
  },
];

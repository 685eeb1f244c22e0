// SPDX-License-Identifier: Apache-2.0
//
// What is measured, and what the project promises. A case is a scenario of pigeonhub_load against one kind of server after
// the other; a figure is what the scenario reports. A target is the most that ours may be: as a share of the reference's, of
// the floor's, of another case's of ours, or outright.
//
//   beside        the other servers that can do it; none without
//   of            another case: this is one more figure of the same measurement
//   loops, hubs   threads of the server, and linked hubs with the members of a namespace on all of them; one without
//   quick         what makes it short, to see whether it counts

const cpu = {
  unit: 'us',
  figure: (report) => report.server_cpu_us_per_operation,
};

const latency = {
  unit: 'ms',
  figure: (report) => report.p99_ms,
};

const memory = {
  unit: 'bytes',
  figure: (report) => report.resident_bytes_per_connection,
};

const peak = {
  unit: 'MB',
  figure: (report) => report.server_peak_resident_bytes / 1e6,
};

const everybody = ['reference', 'floor'];

// A peer may send a hundred messages a second; --flood 5000 is fifty times that.
const besideAFlood = {
  load: ['relay-open', '--rate', '1000', '--peers', '100'],
  flags: ['--message-rate', '100/s,500'],
};

// Of one address a hundred can come at once, so all of these come by a proxy whose word is taken.
const behindAProxy = ['--trust-proxy', '127.0.0.0/8', '--trust-proxy', '::1/128', '--address-rate', '20/s,100'];

const smallHerd = ['--peers', '40', '--groups', '2', '--rate', '2000'];

export const cases = [
  {
    name: 'relay',
    title: 'relay 1.5 KB, 1 in flight x200',
    load: ['relay'],
    quick: ['--peers', '8'],
    beside: everybody,
    ...cpu,
    targets: { ofReference: 0.25, ofFloor: 1.15 },
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
    access: true,
    ...cpu,
    targets: { ofCase: { name: 'relay', share: 1.03 } },
  },
  {
    name: 'relay-2-loops',
    title: 'relay, 2 loops on 2 cores',
    load: ['relay'],
    quick: ['--peers', '8'],
    loops: 2,
    ...cpu,
    targets: { ofCase: { name: 'relay', share: 1.05 } },
  },
  {
    name: 'relay-across',
    title: 'relay from hub to hub, both hubs',
    load: ['relay'],
    quick: ['--peers', '8'],
    beside: ['reference'],
    hubs: 2,
    ...cpu,
    targets: { ofReference: 0.3, ofCase: { name: 'relay', share: 1.4 } },
  },
  {
    name: 'relay-open',
    title: 'relay 1.5 KB, 4000 a second',
    load: ['relay-open'],
    quick: ['--peers', '8', '--rate', '500'],
    beside: everybody,
    ...cpu,
    targets: { ofReference: 0.55, ofFloor: 1.2 },
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
    beside: everybody,
    ...cpu,
    targets: { ofReference: 0.15, ofFloor: 1.5 },
  },
  {
    name: 'announce-10',
    title: 'announce n=10, a delivery',
    load: ['announce', '--members', '10', '--groups', '10', '--rounds', '60'],
    quick: ['--groups', '2', '--rounds', '2'],
    beside: everybody,
    ...cpu,
    targets: {},
  },
  {
    name: 'announce-100',
    title: 'announce n=100, a delivery',
    load: ['announce', '--members', '100', '--rounds', '20'],
    quick: ['--members', '30', '--rounds', '2'],
    beside: everybody,
    ...cpu,
    targets: { ofReference: 0.2 },
  },
  {
    name: 'announce-1000',
    title: 'announce n=1000, a delivery',
    load: ['announce', '--members', '1000', '--rounds', '1'],
    // Above 500 members a newcomer is told of some only; the measurement needs all.
    flags: ['--discovery-limit', '0'],
    beside: everybody,
    onlyIfAsked: true,
    ...cpu,
    targets: {},
  },
  {
    name: 'churn',
    title: 'churn, a cycle',
    load: ['churn'],
    quick: ['--groups', '2'],
    beside: everybody,
    ...cpu,
    targets: { ofReference: 0.25, ofFloor: 1.4 },
  },
  {
    name: 'churn-idle',
    title: 'churn beside 2000 strangers',
    load: ['churn', '--idle', '2000'],
    quick: ['--groups', '2', '--idle', '20'],
    beside: everybody,
    ...cpu,
    targets: { ofReference: 0.25, ofCase: { name: 'churn', share: 1.1 } },
  },
  {
    name: 'idle',
    title: 'idle connection, 10 k',
    load: ['idle', '--peers', '10000'],
    quick: ['--peers', '20'],
    beside: everybody,
    ...memory,
    targets: { atMost: 1_700 },
  },
  {
    name: 'accept',
    title: 'accept and announce, 10 k',
    of: 'idle',
    beside: everybody,
    ...cpu,
    targets: { atMost: 50 },
  },
  {
    name: 'idle-19k',
    title: 'idle connection, 19 k',
    // The hub pings each once in this time, and keeps its last places from an address that holds many.
    load: ['idle', '--peers', '19000', '--seconds', '25', '--sources', '1000'],
    quick: ['--peers', '20', '--seconds', '0.1'],
    beside: ['floor'],
    ...memory,
    targets: { atMost: 1_700 },
  },
  {
    name: 'idle-pings',
    title: 'pings of 19 k, share of a core',
    of: 'idle-19k',
    beside: ['floor'],
    unit: '%',
    figure: (report) => 100 * report.resting_cpu_share,
    targets: { atMost: 1 },
  },
  {
    name: 'connect',
    title: 'connect and leave',
    load: ['connect'],
    quick: ['--peers', '20'],
    beside: everybody,
    ...cpu,
    targets: {},
  },
  {
    name: 'wss-full',
    title: 'the same over wss, in full (ECDSA P-256)',
    load: ['connect'],
    quick: ['--peers', '20'],
    tls: true,
    ...cpu,
    targets: {},
  },
  {
    name: 'wss-resumed',
    title: 'the same over wss, resumed',
    load: ['connect', '--resume', '1'],
    quick: ['--peers', '20'],
    tls: true,
    ...cpu,
    targets: { ofCase: { name: 'wss-full', share: 0.4 } },
  },
  {
    name: 'wss-relay',
    title: 'relay 1.5 KB over wss',
    load: ['relay'],
    quick: ['--peers', '8'],
    tls: true,
    ...cpu,
    targets: { ofCase: { name: 'relay', share: 1.5 } },
  },
  {
    name: 'wss-ice',
    title: 'ICE 320 B over wss',
    load: ['ice'],
    quick: ['--peers', '8'],
    tls: true,
    ...cpu,
    targets: {},
  },
  {
    name: 'wss-idle',
    title: 'idle wss connection, 10 k',
    load: ['idle', '--peers', '10000'],
    quick: ['--peers', '20'],
    tls: true,
    ...memory,
    targets: { atMost: 14_000 },
  },
  {
    name: 'herd',
    title: '19 k come in 2 s, p99',
    load: ['herd'],
    quick: smallHerd,
    ...latency,
    targets: { atMost: 3_000 },
  },
  {
    name: 'herd-peak',
    title: 'memory of the hub meanwhile',
    of: 'herd',
    ...peak,
    targets: { atMost: 120 },
  },
  {
    name: 'herd-wss',
    title: '19 k come in 2 s over wss, resumed, p99',
    load: ['herd', '--resume', '1'],
    quick: smallHerd,
    tls: true,
    ...latency,
    targets: { atMost: 8_000 },
  },
  {
    name: 'herd-wss-peak',
    title: 'memory of that hub meanwhile',
    of: 'herd-wss',
    ...peak,
    targets: {},
  },
  {
    name: 'herd-proxy',
    title: '10 k come by one proxy, all in after',
    load: ['herd', '--peers', '10000', '--forwarded', '1'],
    quick: smallHerd,
    flags: behindAProxy,
    unit: 's',
    figure: (report) => report.all_in_seconds,
    targets: { atMost: 60 },
  },
  {
    name: 'herd-proxy-refused',
    title: 'most refusals of one of them',
    of: 'herd-proxy',
    unit: 'times',
    figure: (report) => report.most_refusals_of_one,
    targets: { atMost: 1 },
  },
];

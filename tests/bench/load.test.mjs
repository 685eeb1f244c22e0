// SPDX-License-Identifier: Apache-2.0
//
// The generator counts what is right and nothing else. $PIGEONHUB_LOAD names the binary.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';

import { REFUSES, startFaultyHub } from './faulty_hub.mjs';

// Runs a scenario against a hub with a fault; gives {code, report}.
async function load(scenario, fault, spoils) {
  const hub = await startFaultyHub(fault, spoils);
  const patience = fault === 'loses' ? '3' : '60';
  const args = [...scenario, '--url', hub.address, '--timeout', patience];
  const result = await new Promise((done) => {
    execFile(process.env.PIGEONHUB_LOAD, args, (error, stdout) => {
      done({ code: error?.code ?? 0, report: JSON.parse(stdout) });
    });
  });
  hub.close();
  return result;
}

const relay = ['relay', '--peers', '4', '--warmup', '0', '--seconds', '0.1'];
const announce = ['announce', '--members', '4', '--rounds', '2'];
const churn = ['churn', '--groups', '2', '--warmup', '0', '--seconds', '0.1'];
const isOffer = (type) => type === 'offer';
const isDiscovery = (type) => type === 'peer-discovered';

const herd = ['herd', '--peers', '8', '--groups', '2', '--rate', '1000'];
for (const scenario of [relay, announce, churn, herd]) {
  test(`${scenario[0]} is clean against a hub that does nothing wrong`, async () => {
    const { code, report } = await load(scenario, 'none', () => true);
    assert.equal(code, 0, report.first);
    assert.equal(report.clean, true);
    assert.ok(report.operations > 0);
  });
}

test('announce counts each pair of a namespace both ways, but not the first round', async () => {
  const scenario = [...announce, '--groups', '2', '--rounds', '3'];
  const { report } = await load(scenario, 'none', () => true);
  assert.equal(report.operations, 2 * 2 * (4 * 3));
});

const relayFaults = {
  spoofs: 'misdirected',
  misaddresses: 'misdirected',
  leaks: 'misdirected',
  retypes: 'unexpected',
  complains: 'unexpected',
  cuts: 'damaged',
  garbles: 'damaged',
  repeats: 'out_of_order',
};
for (const [fault, counter] of Object.entries(relayFaults)) {
  test(`relay notices that a hub ${fault} offers`, async () => {
    const { code, report } = await load(relay, fault, isOffer);
    assert.equal(code, 1);
    assert.ok(report[counter] > 0, JSON.stringify(report));
    const right = ['repeats', 'complains'].includes(fault);
    assert.equal(report.operations > 0, right, 'only right ones are delivered');
  });
}

test('relay notices that a hub loses offers', async () => {
  const { code, report } = await load(relay, 'loses', isOffer);
  assert.equal(code, 1);
  assert.equal(report.operations, 0);
  assert.equal(report.lost, 4);
});

const announceFaults = {
  spoofs: 'misdirected',
  misaddresses: 'misdirected',
  leaks: 'misdirected',
  cuts: 'misdirected',
  retypes: 'unexpected',
  garbles: 'damaged',
  repeats: 'out_of_order',
  loses: 'lost',
};
for (const [fault, counter] of Object.entries(announceFaults)) {
  test(`announce notices that a hub ${fault} discoveries`, async () => {
    const { code, report } = await load(announce, fault, isDiscovery);
    assert.equal(code, 1);
    assert.ok(report[counter] > 0, JSON.stringify(report));
  });
}

test('the members of a namespace are on all hubs in turn', async () => {
  const { address, close } = await startFaultyHub('none', () => true);
  const elsewhere = await startFaultyHub('none', () => true);
  const args = ['--url', address, '--url', elsewhere.address, '--timeout', '1'];
  const report = await new Promise((done) => {
    execFile(process.env.PIGEONHUB_LOAD, [...relay, ...args], (_, stdout) => done(JSON.parse(stdout)));
  });
  close();
  elsewhere.close();
  // These two are not linked, so nobody meets.
  assert.equal(report.first, 'the pairs did not meet');
});

test('a herd comes again when it is turned away', async () => {
  const { code, report } = await load(herd, REFUSES);
  assert.equal(code, 0, report.first);
  assert.equal(report.operations, 8);
  assert.equal(report.refusals, 8);
  assert.equal(report.most_refusals_of_one, 1);
  assert.ok(report.p50_ms >= 1000, 'counted from when it was due');
});

test('a herd notices whose ping is not answered, who is told of an error', async () => {
  const unanswered = await load(herd, 'loses', (type) => type === 'pong');
  assert.equal(unanswered.code, 1);
  assert.equal(unanswered.report.lost, 8);
  const complaint = await load(herd, 'complains', isDiscovery);
  assert.equal(complaint.code, 1);
  assert.ok(complaint.report.unexpected > 0);
});

test('a refused connection is said in words', async () => {
  const hub = await startFaultyHub('none', () => false);
  hub.close();
  const { code, report } = await new Promise((done) => {
    execFile(process.env.PIGEONHUB_LOAD, [...relay, '--url', hub.address], (error, stdout) => {
      done({ code: error.code, report: JSON.parse(stdout) });
    });
  });
  assert.equal(code, 1);
  assert.match(report.first, /refused/);
});

// SPDX-License-Identifier: Apache-2.0
//
// Runs the load of pigeonhub_load against pigeonhub and the reference server in turns, each time
// against a fresh server on one core with the generator on another, and prints ratios.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

import { cases } from './cases.mjs';
import { onCore, pigeonhub, reference, withServer } from './servers.mjs';
import { costTable, detailTable, summarize } from './table.mjs';

const usage = `usage: node tests/bench/run.mjs [options]
  --rounds N        measurements of each case and server (5)
  --case NAME       only this one; may be given again. Cases:
                    ${cases.map((one) => one.name).join(' ')}
  --seconds N       window of the timed cases (5)
  --binary FILE     our server ($PIGEONHUB_BINARY, else that of build/release)
  --load FILE       the generator ($PIGEONHUB_LOAD, else beside our server)
  --reference DIR   npm's peerpigeon ($PIGEONHUB_REFERENCE, else that of tests/e2e)
  --only SERVER     pigeonhub or reference, without the other
  --json            all figures as JSON instead of the tables
  --quick           a moment of each case against our server: does it count properly?
                    Fails unless every delivery is complete; says nothing about speed.`;

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const windowed = new Set(['relay', 'relay-open', 'ice', 'churn']);

function fail(message) {
  console.error(`bench: ${message}`);
  process.exit(2);
}

function readOptions() {
  const text = { type: 'string' };
  const flag = { type: 'boolean', default: false };
  try {
    return parseArgs({
      options: {
        rounds: text, seconds: text, binary: text, load: text, reference: text, only: text,
        case: { type: 'string', multiple: true }, json: flag, quick: flag, help: flag,
      },
    }).values;
  } catch (error) {
    return fail(`${error.message}; see --help`);
  }
}

function existing(file, what, hint) {
  if (!existsSync(file)) fail(`no ${what} at ${file}; ${hint}`);
  return file;
}

function chooseCases(options) {
  if (!options.case) return cases.filter((one) => !one.onlyIfAsked);
  return options.case.map(
    (name) => cases.find((one) => one.name === name) ?? fail(`no case '${name}'; see --help`),
  );
}

function chooseServers(options, binary) {
  const both = {
    pigeonhub: () => pigeonhub(existing(binary, 'pigeonhub', 'build it or give --binary')),
    reference: () => {
      const directory = options.reference ?? process.env.PIGEONHUB_REFERENCE ??
        join(root, 'tests', 'e2e', 'node_modules', 'peerpigeon');
      return reference(existing(directory, 'reference server',
        'run npm ci in tests/e2e, or give --reference DIR or --only pigeonhub'));
    },
  };
  const only = options.only ?? (options.quick ? 'pigeonhub' : undefined);
  if (only === undefined) return [both.pigeonhub(), both.reference()];
  return [(both[only] ?? fail(`--only takes pigeonhub or reference, not '${only}'`))()];
}

async function load(generator, one, server, options) {
  const timing = options.quick
    ? ['--warmup', '0.1', '--seconds', '0.3']
    : ['--seconds', options.seconds ?? '5'];
  const args = [
    ...one.load, '--url', `${one.tls ? 'wss://' : ''}${server.address}`, '--pid', String(server.pid),
    ...(server.token ? ['--token', server.token] : []),
    ...(windowed.has(one.load[0]) ? timing : []), ...(options.quick ? one.quick ?? [] : []),
  ];
  const command = [generator, ...args];
  const [program, ...rest] = options.quick ? command : onCore(1, command);
  let output = '';
  try {
    output = (await promisify(execFile)(program, rest)).stdout;
  } catch (error) {
    output = error.stdout;
    if (!output) throw new Error(error.stderr || error.message);
  }
  const report = JSON.parse(output);
  if (!report.clean || report.operations === 0) {
    throw new Error(`${one.name}: some deliveries were not right: ${output.trim()}`);
  }
  return report;
}

// All measurements: a list of rounds, each {case name: {server name: report}}.
async function measure(chosen, servers, generator, count, options) {
  const rounds = [];
  for (let round = 1; round <= count; ++round) {
    const reports = {};
    for (const one of chosen) {
      reports[one.name] = {};
      // In turns, and by turns first: a machine that slows down should favour neither.
      for (const kind of round % 2 ? servers : [...servers].reverse()) {
        if (one.only && kind.name !== one.only) continue;
        const setting = { flags: one.flags, tls: one.tls, access: one.access, pin: !options.quick };
        const report = await withServer(kind, setting, (server) =>
          load(generator, one, server, options));
        reports[one.name][kind.name] = report;
        const figure = `${one.figure(report).toFixed(2)} ${one.unit}`;
        console.error(`round ${round} of ${count}: ${one.name} ${kind.name} ${figure}`);
      }
    }
    rounds.push(reports);
  }
  return rounds;
}

async function main() {
  const options = readOptions();
  if (options.help) return console.log(usage);
  const binary = resolve(
    options.binary ?? process.env.PIGEONHUB_BINARY ??
      join(root, 'build', 'release', 'bin', 'pigeonhub'));
  const chosen = chooseCases(options);
  const servers = chooseServers(options, binary);
  const generator = existing(
    resolve(options.load ?? process.env.PIGEONHUB_LOAD ?? join(dirname(binary), 'pigeonhub_load')),
    'pigeonhub_load', 'build it or give --load');
  const count = Number(options.rounds ?? (options.quick ? 1 : 5));
  if (!Number.isInteger(count) || count < 1) {
    fail(`--rounds takes 1 or more, not '${options.rounds}'`);
  }

  const rows = summarize(chosen, await measure(chosen, servers, generator, count, options));
  if (options.json) {
    console.log(JSON.stringify(rows, null, 2));
  } else if (options.quick) {
    console.log(`${rows.length} cases, every delivery complete`);
  } else {
    console.log(`\n${costTable(rows)}\n`);
    console.log(`Median of ${count} (min-max). us: CPU time of the server.\n`);
    console.log(detailTable(rows));
  }
}

main().catch((error) => {
  console.error(`bench: ${error.message}`);
  process.exit(1);
});

// SPDX-License-Identifier: Apache-2.0
//
// Runs the load of pigeonhub_load against pigeonhub, the reference server and the floor in turns, each time against fresh
// servers on one core with the generator on another, and prints ratios. docs/performance.md says how to read them.
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';

import { cases } from './cases.mjs';
import { withRows } from './page.mjs';
import { floor, onGeneratorCore, pigeonhub, reference, withServer } from './servers.mjs';
import { costTable, detailTable, summarize } from './table.mjs';

const usage = `usage: node tests/bench/run.mjs [CASE...] [options]
  CASE              only this one, or if there is none of this name those whose names begin so, as herd-; with what it is
                    compared with. Without, all but announce-1000. Cases:
                    ${cases.map((one) => one.name).join(' ')}
  --rounds N        measurements of each case and server (5)
  --seconds N       window of the timed cases (5)
  --binary FILE     our server ($PIGEONHUB_BINARY, else that of build/release)
  --load FILE       the generator ($PIGEONHUB_LOAD, else beside our server)
  --floor FILE      the least that a server can do ($PIGEONHUB_FLOOR, else beside our server)
  --reference DIR   npm's peerpigeon ($PIGEONHUB_REFERENCE, else that of tests/e2e)
  --only SERVER     pigeonhub, reference or floor, without the others
  --json            all figures as JSON instead of the tables
  --write FILE      puts the rows into the table of this page, too, as into docs/performance.md
  --quick           a moment of each case without the reference: does it count properly?
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
        rounds: text, seconds: text, binary: text, load: text, floor: text, reference: text, only: text,
        write: text, json: flag, quick: flag, help: flag,
      },
      allowPositionals: true,
    });
  } catch (error) {
    return fail(`${error.message}; see --help`);
  }
}

function existing(file, what, hint) {
  if (!existsSync(file)) fail(`no ${what} at ${file}; ${hint}`);
  return file;
}

// Those that are asked for, and what they are compared with, in the order of the table.
function chooseCases(names) {
  if (names.length === 0) return cases.filter((one) => !one.onlyIfAsked);
  const chosen = new Set();
  const choose = (one) => {
    chosen.add(one);
    const others = [one.of, one.targets.ofCase?.name];
    for (const other of cases) if (others.includes(other.name) && !chosen.has(other)) choose(other);
  };
  for (const name of names) {
    const exactly = cases.filter((one) => one.name === name || one.of === name);
    const family = exactly.length > 0 ? exactly : cases.filter((one) => one.name.startsWith(name));
    if (family.length === 0) fail(`no case '${name}'; see --help`);
    family.forEach(choose);
  }
  return cases.filter((one) => chosen.has(one));
}

function chooseServers(options, binary) {
  const all = {
    pigeonhub: () => pigeonhub(existing(binary, 'pigeonhub', 'build it or give --binary')),
    reference: () => {
      const directory = options.reference ?? process.env.PIGEONHUB_REFERENCE ??
        join(root, 'tests', 'e2e', 'node_modules', 'peerpigeon');
      return reference(existing(directory, 'reference server',
        'run npm ci in tests/e2e, or give --reference DIR or --only pigeonhub'));
    },
    floor: () => floor(existing(
      resolve(options.floor ?? process.env.PIGEONHUB_FLOOR ?? join(dirname(binary), 'pigeonhub_floor')),
      'pigeonhub_floor', 'build it or give --floor or --only pigeonhub')),
  };
  if (options.only !== undefined) {
    return [(all[options.only] ?? fail(`--only takes pigeonhub, reference or floor, not '${options.only}'`))()];
  }
  return [all.pigeonhub(), ...(options.quick ? [] : [all.reference()]), all.floor()];
}

async function load(generator, one, server, options) {
  const timing = options.quick
    ? ['--warmup', '0.1', '--seconds', '0.3']
    : ['--seconds', options.seconds ?? '5'];
  const args = [
    ...one.load, ...server.addresses.flatMap((address) => ['--url', `${one.tls ? 'wss://' : ''}${address}`]),
    ...server.pids.flatMap((pid) => ['--pid', String(pid)]),
    ...(server.token ? ['--token', server.token] : []),
    ...(windowed.has(one.load[0]) ? timing : []), ...(options.quick ? one.quick ?? [] : []),
  ];
  const command = [generator, ...args];
  const [program, ...rest] = options.quick ? command : onGeneratorCore(one.loops ?? 1, command);
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

// All measurements: a list of rounds, each {case name: {server name: report}}. What fails is said and left out.
async function measure(chosen, servers, generator, count, options) {
  const rounds = [];
  let failures = 0;
  for (let round = 1; round <= count; ++round) {
    const reports = {};
    for (const one of chosen.filter(({ of }) => of === undefined)) {
      reports[one.name] = {};
      // In turns, and by turns first: a machine that slows down should favour none.
      for (const kind of round % 2 ? servers : [...servers].reverse()) {
        if (kind.name !== 'pigeonhub' && !one.beside?.includes(kind.name)) continue;
        const said = `round ${round} of ${count}: ${one.name} ${kind.name}`;
        const { flags, tls, access, loops, hubs } = one;
        try {
          const report = await withServer(kind, { flags, tls, access, loops, hubs, pin: !options.quick }, (server) =>
            load(generator, one, server, options));
          reports[one.name][kind.name] = report;
          console.error(`${said} ${one.figure(report).toFixed(2)} ${one.unit}`);
        } catch (error) {
          ++failures;
          console.error(`${said} FAILED: ${error.message}`);
        }
      }
    }
    rounds.push(reports);
  }
  return { rounds, failures };
}

async function main() {
  const { values: options, positionals } = readOptions();
  if (options.help) return console.log(usage);
  const binary = resolve(
    options.binary ?? process.env.PIGEONHUB_BINARY ??
      join(root, 'build', 'release', 'bin', 'pigeonhub'));
  const chosen = chooseCases(positionals);
  const servers = chooseServers(options, binary);
  const generator = existing(
    resolve(options.load ?? process.env.PIGEONHUB_LOAD ?? join(dirname(binary), 'pigeonhub_load')),
    'pigeonhub_load', 'build it or give --load');
  const count = Number(options.rounds ?? (options.quick ? 1 : 5));
  if (!Number.isInteger(count) || count < 1) {
    fail(`--rounds takes 1 or more, not '${options.rounds}'`);
  }

  const { rounds, failures } = await measure(chosen, servers, generator, count, options);
  const rows = summarize(chosen, rounds);
  if (options.json) {
    console.log(JSON.stringify(rows, null, 2));
  } else if (options.quick) {
    console.log(failures > 0 ? `${failures} failed` : `${rows.length} cases, every delivery complete`);
  } else {
    console.log(`\n${costTable(rows)}\n`);
    console.log(`Median of ${count} (min-max). us: CPU time of the server.\n`);
    console.log(detailTable(rows));
  }
  if (options.write) writeFileSync(options.write, withRows(readFileSync(options.write, 'utf8'), rows));
  if (failures > 0) process.exitCode = 1;
}

main().catch((error) => {
  console.error(`bench: ${error.message}`);
  process.exit(1);
});

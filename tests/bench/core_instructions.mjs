// SPDX-License-Identifier: Apache-2.0
//
// core_instructions.mjs CORE_COST [--record]
//
// How many instructions the core takes for an operation, counted by valgrind, beside what
// core_instructions.json says. Instructions do not depend on what else the machine does, so 10 %
// more are a change of the code. Fails if an operation takes more than that. --record writes the
// file anew: do so when an operation became cheaper, or has to cost more.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const kMostMore = 0.1;
const kFew = 1000;
const kMany = 3000;
const kHowToRecord = './dev bench core instructions --record';

async function collected(program, operation, times) {
  const { stderr } = await run('valgrind', [
    '--tool=callgrind', '--callgrind-out-file=/dev/null', program, 'run', operation, String(times)]);
  const found = /Collected : (\d+)/.exec(stderr);
  if (!found) throw new Error(`valgrind counted nothing:\n${stderr}`);
  return Number(found[1]);
}

// The difference of two runs is free of what the program does before.
async function count(program, operation) {
  const [few, many] = await Promise.all(
    [kFew, kMany].map((times) => collected(program, operation, times)));
  return Math.round((many - few) / (kMany - kFew));
}

// One line for each operation that is not as it was, which begins with its name.
function complaints(recorded, counted) {
  if (recorded.by !== counted.by) {
    return [`recorded with ${recorded.by}, and this is ${counted.by}: two compilers do not compare`];
  }
  const wrong = [];
  for (const [name, now] of Object.entries(counted.operations)) {
    const before = recorded.operations[name];
    if (before === undefined) {
      wrong.push(`${name}: is not recorded`);
    } else if (now > before * (1 + kMostMore)) {
      const more = Math.round((now / before - 1) * 100);
      wrong.push(`${name}: takes ${now} instructions, ${more} % more than the ${before} recorded`);
    }
  }
  return wrong;
}

async function main([program, flag]) {
  const file = process.env.PIGEONHUB_CORE_INSTRUCTIONS ??
    new URL('core_instructions.json', import.meta.url);
  const lines = (await run(program, ['operations'])).stdout.trim().split('\n');
  const compiler = lines.pop().replace(/^compiler /, '');
  const counted = { by: `g++ ${compiler} for ${process.arch}`, operations: {} };
  for (const name of lines) counted.operations[name] = await count(program, name);
  if (flag === '--record') {
    await writeFile(file, `${JSON.stringify(counted, null, 2)}\n`);
    console.log(`recorded: ${JSON.stringify(counted.operations)}`);
    return 0;
  }
  const recorded = JSON.parse(await readFile(file, 'utf8'));
  console.log(`${'operation'.padEnd(24)}${'recorded'.padStart(10)}${'now'.padStart(10)}`);
  for (const [name, now] of Object.entries(counted.operations)) {
    const before = String(recorded.operations[name] ?? '-');
    console.log(`${name.padEnd(24)}${before.padStart(10)}${String(now).padStart(10)}`);
  }
  const wrong = complaints(recorded, counted);
  for (const line of wrong) console.error(line);
  if (wrong.length > 0) console.error(`if it has to be so, record it: ${kHowToRecord}`);
  return wrong.length > 0 ? 1 : 0;
}

process.exitCode = await main(process.argv.slice(2));

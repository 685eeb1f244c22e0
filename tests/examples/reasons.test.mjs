// SPDX-License-Identifier: Apache-2.0
//
// Reading the reason of a refusal in each language of examples/. A language is skipped, and says what
// it lacks, where Debian's packages for it are not installed: ./dev deps installs those of Python and
// Node alone. $PYTHON and $PROTOC are the programs to use.

import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { Hub } from '../e2e/support/hub.mjs';
import { until } from '../e2e/support/wait.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'pigeonhub-reasons-'));
const HUB_ID = 'ffeeddccbbaa99887766554433221100ffeeddcc';
const { PYTHON, PROTOC } = process.env;

const has = (program) => program && (existsSync(program) || process.env.PATH.split(delimiter).some((path) => existsSync(join(path, program))));
const runs = (program, ...words) => {
  try {
    execFileSync(program, words, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

// Stubs of what the examples call, and where a language has none of them those of google/rpc.
function stubs(name, flags, { rpc = false } = {}) {
  const out = join(folder, name);
  mkdirSync(out, { recursive: true });
  const files = ['pigeonhub/v1/common.proto', 'pigeonhub/v1/peer_service.proto'].concat(
    rpc ? ['google/rpc/error_details.proto', 'google/rpc/status.proto'] : [],
  );
  execFileSync(PROTOC, ['-I', 'proto', ...flags(out), ...files], { cwd: root });
  return out;
}
const plugged = (language, plugin) => (out) => [`--${language}_out=${out}`, `--grpc_out=${out}`, `--plugin=protoc-gen-grpc=${plugin}`];
const pathOf = (program) => process.env.PATH.split(delimiter).map((path) => join(path, program)).find(existsSync);
const example = (path) => join(root, 'examples', path);

// `needs` are Debian's packages, `prepare` gives the program, its first words and its variables.
const languages = {
  Python: {
    needs: 'python3-grpcio protobuf-compiler-grpc',
    there: () => has(PYTHON) && has('grpc_python_plugin') && runs(PYTHON, '-c', 'import grpc'),
    prepare: () => {
      const PYTHONPATH = stubs('python', plugged('python', pathOf('grpc_python_plugin')), { rpc: true });
      return [PYTHON, [example('python/reason.py')], { PYTHONPATH, PYTHONDONTWRITEBYTECODE: '1' }];
    },
  },
  Node: {
    needs: 'nothing',
    there: () => true,
    prepare: () => [process.execPath, [example('node/reason.mjs')]],
  },
  Go: {
    needs: 'golang-go golang-google-grpc-dev golang-google-protobuf-dev protoc-gen-go protoc-gen-go-grpc',
    there: () => has('go') && has('protoc-gen-go-grpc') && ['grpc', 'protobuf'].every((name) => existsSync(`/usr/share/gocode/src/google.golang.org/${name}`)),
    prepare: () => {
      const path = stubs('go', (out) => [`--go_out=${out}`, `--go-grpc_out=${out}`]);
      mkdirSync(join(folder, 'gopath'));
      execFileSync('ln', ['-s', path, join(folder, 'gopath', 'src')]);
      const variables = { GO111MODULE: 'off', GOPATH: `${join(folder, 'gopath')}:/usr/share/gocode`, GOCACHE: join(folder, 'gocache') };
      const program = join(folder, 'reason');
      execFileSync('go', ['build', '-o', program, example('go/reason.go')], { env: { ...process.env, ...variables } });
      return [program, []];
    },
  },
  Java: {
    needs: 'default-jdk-headless libgrpc-java libnetty-java libperfmark-java libprotobuf-java protobuf-compiler-grpc-java-plugin',
    there: () => has('javac') && has('grpc_java_plugin') && ['grpc-netty', 'netty-all', 'perfmark-api', 'protobuf'].every((name) => existsSync(`/usr/share/java/${name}.jar`)),
    prepare: () => {
      const sources = stubs('java', plugged('java', pathOf('grpc_java_plugin')), { rpc: true });
      const files = readdirSync(sources, { recursive: true }).filter((name) => name.endsWith('.java'));
      const out = join(folder, 'classes');
      const words = ['-nowarn', '-proc:none', '-cp', '/usr/share/java/*', '-d', out, example('java/Reason.java')];
      execFileSync('javac', words.concat(files.map((name) => join(sources, name))), { stdio: 'pipe' });
      return ['java', ['-cp', `${out}:/usr/share/java/*`, 'Reason']];
    },
  },
  Ruby: {
    needs: 'ruby ruby-grpc protobuf-compiler-grpc',
    there: () => has('ruby') && has('grpc_ruby_plugin') && runs('ruby', '-e', "require 'grpc'"),
    prepare: () => ['ruby', ['-I', stubs('ruby', plugged('ruby', pathOf('grpc_ruby_plugin'))), example('ruby/reason.rb')]],
  },
};

let hub;
let address;
before(async () => {
  hub = await Hub.start({ flags: ['--control-listen', '127.0.0.1:0'] });
  [, address] = await until('it says where its control API is', () => /control API on (\S+:\d+)/.exec(hub.log));
});
after(async () => {
  await hub?.kill();
  rmSync(folder, { recursive: true });
});

for (const [name, { needs, there, prepare }] of Object.entries(languages)) {
  test(`${name} reads why a call was refused`, { skip: !there() && `no gRPC for ${name}: apt-get install ${needs}` }, async () => {
    const [program, words, variables] = prepare();
    const run = promisify(execFile)(program, [...words, address, HUB_ID], { env: { ...process.env, ...variables } });
    await assert.rejects(run, ({ code, stderr }) => {
      assert.equal(code, 1, stderr);
      assert.match(stderr, /^(NOT_FOUND|NotFound) PEER_NOT_FOUND$/m);
      return true;
    });
  });
}

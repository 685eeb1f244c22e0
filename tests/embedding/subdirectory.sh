#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Configures a program that has the tree $1 as a subdirectory, counts what its build would do, and compiles the example $2
# with what the library hands on. The library itself is not compiled: the build around this test does that.
set -euo pipefail
tree=$1 example=$2
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fail() { echo "$*"; exit 1; }

# What only the programs need must not be asked for.
cmake -G Ninja -S "$here/subdirectory" -B "$folder" -DPIGEONHUB="$tree" -DEXAMPLE="$example" \
  -DCMAKE_DISABLE_FIND_PACKAGE_{gRPC,Protobuf,CLI11,tomlplusplus}=ON >/dev/null

steps=$(ninja -C "$folder" -n | grep -c '^\[')
# The programs and their tests would make it three times as many.
((steps < 200)) || fail "a build takes $steps steps: more than the library is built"

object=$(ninja -C "$folder" -t targets all | grep -o '^CMakeFiles/embedded_hub[^:]*\.o')
command=$(ninja -C "$folder" -t commands "$object" | tail -n 1)
[[ $command != *" -W"* ]] || fail "the library hands its warnings on: $command"
[[ "$command " != *"-I$tree "* ]] || fail "the library hands its whole tree on: $command"
ninja -C "$folder" "$object"

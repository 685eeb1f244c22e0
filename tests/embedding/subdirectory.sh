#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Builds a program that has the tree $1 as a subdirectory, from the example $2, in a folder of the build tree $3, and runs it.
# The folder stays, so that the next run compiles only what changed.
set -euo pipefail
tree=$1 example=$2 folder=$3/embedding_subdirectory
here=$(cd "$(dirname "$0")" && pwd)
fail() { echo "$*"; exit 1; }

# What only the programs need must not be asked for.
cmake -G Ninja -S "$here/subdirectory" -B "$folder" -DPIGEONHUB="$tree" -DEXAMPLE="$example" \
  -DCMAKE_DISABLE_FIND_PACKAGE_{gRPC,Protobuf,CLI11,tomlplusplus}=ON >/dev/null

commands=$(ninja -C "$folder" -t commands embedded_hub)
echo "a build from nothing takes $(wc -l <<<"$commands") steps"
others=$(grep -o ' -c [^ ]*' <<<"$commands" | grep -vF -e " $tree/server/" -e " $example" || true)
[[ -z $others ]] || fail "the library is not all that is compiled:$others"
command=$(grep -F -- "-c $example" <<<"$commands")
[[ $command != *" -W"* ]] || fail "the library hands its warnings on: $command"
[[ "$command " != *"-I$tree "* ]] || fail "the library hands its whole tree on: $command"

ninja -C "$folder" embedded_hub
. "$here/run_hub.sh"
run_hub "$folder/embedded_hub"

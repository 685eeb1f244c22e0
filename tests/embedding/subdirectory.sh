#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Makes a program that has the tree $1 as a subdirectory, from the example $2, in a folder of the build tree $3, and runs it.
# Of the library it compiles one file, and takes the rest as the build tree has it: to compile all of it takes as long as
# half of the other tests.
set -euo pipefail
tree=$1 example=$2 build=$3 folder=$3/embedding_subdirectory
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

object_of() { grep -F -- "-c $1" <<<"$commands" | grep -o ' -o [^ ]*' | cut -d' ' -f3; }
ninja -C "$folder" "$(object_of "$example")" "$(object_of "$tree/server/hub_server.cc")"
link=$(grep -F -- ' -o embedded_hub ' <<<"$commands")
(cd "$folder" && eval "${link// pigeonhub\// $build/}")
. "$here/run_hub.sh"
run_hub "$folder/embedded_hub"

#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Installs the library from the build tree $1 into a folder of its own, builds the example $2 against that copy, and runs it.
# Nothing of the library is compiled again.
set -euo pipefail
build=$1 example=$2
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

cmake --install "$build" --prefix "$folder/prefix" --component embedding >/dev/null
# What only the programs need must not be asked for.
cmake -G Ninja -S "$here/find_package" -B "$folder/build" -DEXAMPLE="$example" -DCMAKE_PREFIX_PATH="$folder/prefix" \
  -DCMAKE_DISABLE_FIND_PACKAGE_{gRPC,Protobuf,CLI11,tomlplusplus}=ON >/dev/null
cmake --build "$folder/build"

if grep -rn 'include "server/' "$folder/prefix/include"; then
  echo "an installed header includes what is not installed"
  exit 1
fi

. "$here/run_hub.sh"
run_hub "$folder/build/embedded_hub"

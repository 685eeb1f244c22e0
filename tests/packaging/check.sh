#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Checks what ./dev package made, and the image: by lintian and systemd, on a Debian made for the purpose, and by running both.
# As root. WORK keeps the base system between runs; without it everything happens in a folder that is removed.
#   tests/packaging/check.sh packages|image
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
packages=$root/build/release/packages
process=
temporary=
clean_up() {
  [ -z "$process" ] || kill -9 "$process" 2>/dev/null || true
  [ -z "$temporary" ] || rm -rf "$temporary"
}
trap clean_up EXIT
if [ -z "${WORK:-}" ]; then
  temporary=$(mktemp -d)
  WORK=$temporary
fi
mkdir -p "$WORK"

passed=0
ok() {
  passed=$((passed + 1))
  printf 'ok: %s\n' "$*"
}
fail() {
  printf 'FAILED: %s\n' "$*" >&2
  exit 1
}

# A Debian without anything, as a folder and as a tar.
base_system() {
  [ -f "$WORK/base.tar" ] && return 0
  rm -rf "$WORK/base"
  debootstrap --variant=minbase bookworm "$WORK/base" >"$WORK/debootstrap.log" 2>&1 || fail "debootstrap; see $WORK/debootstrap.log"
  tar -C "$WORK/base" -cf "$WORK/base.tar" .
}

# inside COMMAND...: runs it in a copy of the base system, with /proc.
inside() {
  unshare --mount --pid --fork sh -c 'mount -t proc proc "$1/proc" && target=$1 && shift && exec chroot "$target" "$@"' sh "$WORK/system" "$@"
}

# The piece of docs/operations.md between the line $1 and the end of its block.
documented() {
  sed -n "/^$1\$/,/^\`\`\`\$/p" "$root/docs/operations.md" | grep -v -e '^```' -e "^$1\$"
}

# What the guide says of credentials: systemd knows each word, and the hub reads the files as systemd lays them out, its own or root's.
check_credentials() {
  unit=$WORK/unit
  rm -rf "$unit"
  mkdir -p "$unit/pigeonhub.service.d"
  sed 's#/usr/bin/pigeonhub#/bin/true#' "$WORK/pigeonhub.service" >"$unit/pigeonhub.service"
  documented '# systemctl edit pigeonhub' >"$unit/pigeonhub.service.d/override.conf"
  said=$(systemd-analyze verify --man=no "$unit/pigeonhub.service" 2>&1)
  [ -z "$said" ] || fail "the unit with its credentials: $said"
  ok 'systemd takes the unit with the credentials of the guide'

  credentials=/run/credentials/pigeonhub.service
  mkdir -p "$WORK/system$credentials"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=hub \
    -keyout "$WORK/system$credentials/tls.key" -out "$WORK/system$credentials/tls.crt" 2>/dev/null
  openssl rand -hex 32 >"$WORK/system$credentials/tokens.keys"
  printf 'auth = "required"\n' >"$WORK/system/etc/credentials.toml"
  documented 'tls-cert = "\/run\/credentials\/pigeonhub.service\/tls.crt"' >>"$WORK/system/etc/credentials.toml"
  printf 'tls-cert = "%s/tls.crt"\n' "$credentials" >>"$WORK/system/etc/credentials.toml"
  names=$(sed -n 's/^LoadCredential=\([^:]*\):.*/\1/p' "$unit/pigeonhub.service.d/override.conf" | sort | tr '\n' ' ')
  [ "$names" = "$(ls "$WORK/system$credentials" | sort | tr '\n' ' ')" ] || fail "the guide loads $names"
  for kept in '65532 400' '0 440'; do
    chown "${kept% *}:65532" "$WORK/system$credentials"/*
    chmod "${kept#* }" "$WORK/system$credentials"/*
    [ "$(inside setpriv --reuid 65532 --regid 65532 --clear-groups pigeonhub --config /etc/credentials.toml --check-config 2>&1)" = 'configuration ok' ] ||
      fail "credentials that are kept as $kept"
  done
  ok 'the hub reads credentials as systemd keeps them'
}

check_packages() {
  lintian --tag-display-limit 0 --info --display-info --pedantic --fail-on pedantic,info,warning,error "$packages"/*.deb
  ok 'lintian finds nothing that is not explained'
  for unit in pigeonhub pigeonhub@3001; do
    dpkg-deb --fsys-tarfile "$packages"/pigeonhub_*.deb | tar -xO "./lib/systemd/system/${unit%3001}.service" >"$WORK/$unit.service"
    systemd-analyze security --offline=true --threshold=13 "$WORK/$unit.service" | grep 'Overall exposure'
  done
  ok 'the units are exposed by 1.3 at most'

  base_system
  rm -rf "$WORK/system"
  mkdir "$WORK/system"
  tar -C "$WORK/system" -xf "$WORK/base.tar"
  cp "$packages"/*.deb "$WORK/system/tmp/"
  inside sh -c 'apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends man-db bash-completion /tmp/*.deb' \
    >"$WORK/install.log" 2>&1 || fail "the packages do not install; see $WORK/install.log"
  ok "they install on a bare Debian, with $(grep -c '^Setting up' "$WORK/install.log") packages"
  [ "$(inside pigeonhub --config /etc/pigeonhub/pigeonhub.toml --check-config)" = 'configuration ok' ] || fail 'the configuration it comes with'
  ok 'the configuration it comes with is in order'
  check_credentials
  inside sh -c '
    mkdir -p /run/pigeonhub
    pigeonhub --config /etc/pigeonhub/pigeonhub.toml --port 0 --ready-file /tmp/ready.json & hub=$!
    until [ -s /tmp/ready.json ]; do kill -0 "$hub" || exit 1; done
    pigeonctl stats; answer=$?
    kill "$hub"; wait "$hub"; exit "$answer"' >"$WORK/control.log" 2>&1 || { cat "$WORK/control.log" >&2 && fail 'pigeonctl does not find the hub'; }
  ok 'root finds its hub by pigeonctl with nothing given'
  sed -n 's/^ExecReload=//p' "$WORK/pigeonhub.service" >"$WORK/system/tmp/reload"
  inside sh -c '
    pigeonhub --port 0 --control-listen off --ready-file /tmp/reloaded.json >/tmp/reload.log 2>&1 & MAINPID=$!
    export MAINPID
    until [ -s /tmp/reloaded.json ]; do kill -0 "$MAINPID" || exit 1; done
    sh -e /tmp/reload || exit 1
    tries=0
    until grep -q reload /tmp/reload.log; do tries=$((tries + 1)); [ "$tries" -lt 1000 ] || exit 1; sleep 0.01; done
    kill "$MAINPID"; wait "$MAINPID"' || fail "what the unit reloads with: $(cat "$WORK/system/tmp/reload.log")"
  ok 'a reload of the unit needs nothing that a bare Debian lacks'
  proto=$WORK/system/usr/share/pigeonhub
  protoc --decode_raw <"$proto/pigeonhub.binpb" >/dev/null || fail 'the descriptor set'
  protoc -I "$proto/proto" --descriptor_set_out=/dev/null "$proto"/proto/pigeonhub/v1/*.proto || fail 'the .proto files of the package'
  ok 'the contract is there, as .proto files and as descriptors'
  rm -rf "$WORK/npm"
  cp -R "$proto/npm" "$WORK/npm"
  ln -s "$root/console/node_modules" "$WORK/npm/node_modules"
  node --input-type=module -e '
    const { ServerService } = await import(process.argv[1]);
    if (ServerService.method.getStats.output.typeName !== "pigeonhub.v1.GetStatsResponse") process.exit(1);' \
    "$WORK/npm/pigeonhub/v1/server_service_pb.js" || fail 'the package for npm'
  ok 'the contract is there for npm, too'
  grep -q '^ peerpigeon ' "$WORK/system/usr/share/doc/pigeonhub/copyright" || fail 'the notices of what the pages are made of'
  ok 'the copyright file has the notices of what the pages are made of'
  for page in pigeonhub pigeonctl; do
    # dpkg leaves man pages out of the base system's images; so look at the file itself.
    dpkg-deb --fsys-tarfile "$packages/$page"_*.deb | tar -xO "./usr/share/man/man1/$page.1.gz" | gzip -dc >"$WORK/$page.1"
    [ -z "$(man --warnings -l "$WORK/$page.1" 2>&1 >/dev/null)" ] || fail "the man page of $page"
  done
  ok 'the man pages are clean'
  inside bash -c '. /usr/share/bash-completion/bash_completion; . /usr/share/bash-completion/completions/pigeonctl; complete -p pigeonctl' >/dev/null
  ok 'bash completes pigeonctl'
  inside sh -c 'DEBIAN_FRONTEND=noninteractive apt-get purge -y -q pigeonhub pigeonctl pigeonhub-dev' >"$WORK/purge.log" 2>&1 || fail "purge; see $WORK/purge.log"
  [ ! -e "$WORK/system/etc/pigeonhub" ] && [ ! -e "$WORK/system/usr/bin/pigeonhub" ] || fail 'a purge leaves something behind'
  ok 'a purge leaves nothing behind'
}

free_port() {
  node -e "const s = require('net').createServer().listen(0, '127.0.0.1', () => { console.log(s.address().port); s.close() })"
}

check_image() {
  base_system
  b="buildah --root $WORK/store --runroot $WORK/run --storage-driver overlay"
  if ! $b inspect pigeonhub-base >/dev/null 2>&1; then
    c=$($b from scratch)
    $b add -q "$c" "$WORK/base.tar" /
    $b commit -q "$c" pigeonhub-base >/dev/null
    $b rm "$c" >/dev/null
  fi
  mkdir -p "$WORK/context"
  (cd "$root" && git archive HEAD) | tar -x -C "$WORK/context"
  # shellcheck disable=SC2086  # $b is a command and its flags
  $b bud --layers --format docker --isolation chroot --network host --build-arg BASE=localhost/pigeonhub-base \
    -t pigeonhub "$WORK/context" >"$WORK/bud.log" 2>&1 || fail "the image does not build; see $WORK/bud.log"
  ok "the image builds: $($b images --format '{{.Name}} {{.Size}}' | tr '\n' ' ')"
  user=$($b inspect --type image --format '{{.OCIv1.Config.User}}' pigeonhub)
  [ "$user" = 65532:65532 ] || fail "the image runs as $user"
  ok "its user is $user"
  $b inspect --type image --format '{{.Docker.Config.Healthcheck}}' pigeonhub | grep -q -- '--probe live' || fail 'no health check'
  ok 'it has a health check'

  c=$($b from pigeonhub)
  mounted=$($b mount "$c")
  "$root/packaging/sbom.sh" pigeonhub "$(git -C "$root" describe --always)" "$mounted" >"$WORK/sbom.spdx.json"
  node -e '
    const { packages, relationships, spdxVersion } = JSON.parse(require("fs").readFileSync(process.argv[1]));
    const names = packages.map((p) => p.name);
    if (spdxVersion !== "SPDX-2.3" || !names.includes("libgrpc++1.51") || new Set(packages.map((p) => p.SPDXID)).size !== names.length ||
        relationships.length !== names.length) process.exit(1);
    console.log(`ok: its SBOM names ${names.length - 1} packages`);' "$WORK/sbom.spdx.json" || fail 'the SBOM'
  [ -z "$(find "$mounted" -xdev -perm /6000 -type f)" ] || fail 'the image has set-uid programs'
  ok 'it has no set-uid programs'
  programs=$(find "$mounted" -xdev -type f -perm /111 ! -name '*.so*' ! -name 'ld-*' -printf '%f ')
  [ "$(printf '%s\n' $programs | sort | tr '\n' ' ')" = 'pigeonctl pigeonhub ' ] || fail "the image has other programs: $programs"
  ok 'it has no shell and no other program'
  [ -f "$mounted/usr/share/pigeonhub/proto/pigeonhub/v1/common.proto" ] || fail 'the image has no contract'
  ok 'it has the contract of its control API'

  port=$(free_port)
  run="$b run --isolation chroot --network host --env PIGEONHUB_HOST=127.0.0.1 --env PIGEONHUB_PORT=$port --env PIGEONHUB_CONTROL_LISTEN=off --env PIGEONHUB_CLIENT_JS=on --env PIGEONHUB_READY_FILE=/tmp/ready.json"
  $run "$c" -- pigeonhub >"$WORK/hub.log" 2>&1 &
  hub=$!
  tries=0
  until $run "$c" -- pigeonhub --probe live >"$WORK/probe.log" 2>&1; do
    tries=$((tries + 1))
    kill -0 "$hub" && [ "$tries" -lt 50 ] || { cat "$WORK/hub.log" "$WORK/probe.log" >&2 && fail 'the hub in the image does not live'; }
  done
  ok "it runs: $(cat "$WORK/probe.log")"
  process=$(sed -n 's/.*"pid":\([0-9]*\).*/\1/p' "$mounted/tmp/ready.json")
  [ "$(stat -c %u "/proc/$process")" = 65532 ] || fail "the process runs as $(stat -c %u "/proc/$process")"
  ok 'its process is nobody on this machine'
  node -e 'fetch(process.argv[1]).then(async (answer) => process.exit(answer.ok && (await answer.text()).includes("PigeonHub") ? 0 : 1))' \
    "http://127.0.0.1:$port/client.js" || fail 'the image has no /client.js'
  ok 'it has what npm made of the console folder, and no npm'
  $run "$c" -- pigeonctl check handshake "ws://127.0.0.1:$port"
  ok 'two peers meet in it'
  kill -TERM "$process"
  wait "$hub" || fail 'it does not end by itself'
  process=
  ok 'it drains and ends'
  $b umount "$c" >/dev/null
  $b rm "$c" >/dev/null
}

case ${1:-} in
  packages) check_packages ;;
  image) check_image ;;
  *) fail 'packages or image?' ;;
esac
printf '%s checks passed\n' "$passed"

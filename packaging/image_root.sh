#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# image_root.sh FOLDER PATH...: makes the root file system of the image in FOLDER: these programs with the libraries that they load,
# these folders, the certificates that this system trusts, and nothing else. There is no shell, so whoever gets into a program finds no tool.
# The dpkg status in it names the packages that files came from, for packaging/sbom.sh and for scanners.
set -eu

root=$1
shift
# Links on the way are followed, so that each file stands where a program looks for it.
take() {
  cp --parents --dereference "$@" "$root"
}

mkdir -p "$root/tmp" "$root/var/lib/dpkg"
chmod 1777 "$root/tmp"
files=$(for path in "$@"; do
  find "$(realpath "$path")" -type f
  [ -d "$path" ] || ldd "$path" | grep -o '/[^ ]*'
done | sort -u)
# shellcheck disable=SC2086  # a list of files, none of which has a blank in its name
take $files /etc/ssl/openssl.cnf /etc/ssl/certs/ca-certificates.crt /etc/os-release /etc/nsswitch.conf
printf 'root:x:0:0:root:/:/nologin\npigeonhub:x:65532:65532:pigeonhub:/:/nologin\n' > "$root/etc/passwd"

# A library in /lib may be in its package as /usr/lib, or the other way round.
for file in $files /etc/ssl/openssl.cnf /etc/os-release /usr/sbin/update-ca-certificates; do
  dpkg-query -S "$file" "/usr$file" "${file#/usr}" 2>/dev/null | cut -d : -f 1
done | sort -u | while read -r package; do
  dpkg-query -s "$package"
  echo
done > "$root/var/lib/dpkg/status"

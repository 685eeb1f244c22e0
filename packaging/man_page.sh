#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# man_page.sh PROGRAM: a man page, made of what the program and its commands say when asked for --help.
set -eu

program=$1
name=$(basename "$program")
format=$(dirname "$0")/man_page.awk

# commands_of TEXT: the words below "Commands:".
commands_of() {
  printf '%s\n' "$1" | awk '/^Commands:/ { inside = 1; next } /^[^ ]/ { inside = 0 } inside && /^  [a-z]/ { print $1 }'
}

# describe WORDS...: the help of a command, then of those below it.
describe() {
  help=$("$program" "$@" --help)
  printf '.SS "%s %s"\n' "$name" "$*"
  printf '%s\n' "$help" | awk -v level=command -f "$format"
  for command in $(commands_of "$help"); do (describe "$@" "$command"); done
}

version=$("$program" --version 2>/dev/null || "$program" version --server unix:/nowhere 2>/dev/null || true)
version=$(printf '%s\n' "$version" | grep -o '[0-9][0-9.]*' | head -n 1)
help=$("$program" --help)
case $name in
  pigeonhub) about='signaling hub for PeerPigeon WebRTC meshes' also=pigeonctl ;;
  *) about='look at and steer PigeonHub signaling hubs' also=pigeonhub ;;
esac

printf '.\\" Made of what %s says of itself.\n' "$name"
printf '.TH %s 1 "" "%s %s" "User Commands"\n' "$(printf %s "$name" | tr '[:lower:]' '[:upper:]')" "$name" "$version"
printf '.SH NAME\n%s \\- %s\n' "$name" "$about"
printf '%s\n' "$help" | awk -v level=page -f "$format"
commands=$(commands_of "$help")
if [ -n "$commands" ]; then
  printf '.SH "EACH COMMAND"\n'
  for command in $commands; do (describe "$command"); done
fi
[ "$name" != pigeonhub ] || cat <<'ROFF'
.SH FILES
.TP
.I /etc/pigeonhub/pigeonhub.toml
What the service pigeonhub.service reads. Each key is a flag without its dashes.
.SH SIGNALS
.TP
.B SIGTERM, SIGINT
Drain: newcomers are turned away, the others closed evenly over \-\-drain\-timeout. A second one stops at once.
.TP
.B SIGHUP
Read the files again and take over what changed there and can be; the log names what waits for a restart.
With \-\-dev, drain if stdout was a terminal and that was closed.
.SH "EXIT STATUS"
0 after a drain, 1 if it could not serve, 2 for a wrong flag, value or file content.
ROFF
printf '.SH "SEE ALSO"\n.BR %s (1)\n' "$also"

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# copyright.sh COPYRIGHT NOTICES: the copyright file of the package pigeonhub, whose program has pages inside that are made of npm packages.
set -eu
cat "$1"
printf '\nFiles: usr/bin/pigeonhub\nCopyright: the authors of the npm packages in its pages, whom their notices name\nLicense: notices-of-npm-packages\n'
sed 's/^[[:space:]]*$/./; s/^/ /' "$2"

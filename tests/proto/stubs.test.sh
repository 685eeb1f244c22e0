#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The contract becomes stubs of other languages with the generators as they are, under the names that
# its options give.   stubs.test.sh PROTOC PROTO_FOLDER go|protoc
# Ends with 77 where a generator is not installed.
set -eu
protoc=$1
protos=$2
generators=$3
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
cd "$protos"

fail() {
  echo "$1"
  exit 1
}

made() {
  [ -e "$out/$1" ] || fail "there is no $1, but: $(cd "$out" && find . -type f | sort)"
}

case $generators in
go)
  for plugin in protoc-gen-go protoc-gen-go-grpc; do
    command -v $plugin >/dev/null || {
      echo "skipped: there is no $plugin (Debian: apt-get install protoc-gen-go protoc-gen-go-grpc)"
      exit 77
    }
  done
  "$protoc" -I . --go_out="$out" --go-grpc_out="$out" pigeonhub/v1/*.proto google/rpc/*.proto
  folder=github.com/pigeonhub/pigeonhub/proto/pigeonhub/v1
  for proto in pigeonhub/v1/*.proto; do made "$folder/$(basename "$proto" .proto).pb.go"; done
  for proto in pigeonhub/v1/*_service.proto; do
    made "$folder/$(basename "$proto" .proto)_grpc.pb.go"
  done
  grep -q '^package pigeonhubv1$' "$out/$folder/common.pb.go" || fail "the package is not pigeonhubv1"
  made google.golang.org/genproto/googleapis/rpc/errdetails/error_details.pb.go
  ;;
protoc)
  "$protoc" -I . --java_out="$out" --csharp_out="$out" --csharp_opt=base_namespace= --php_out="$out" \
    --ruby_out="$out" --python_out="$out" pigeonhub/v1/*.proto
  made io/github/pigeonhub/v1/Event.java
  made PigeonHub/V1/EventService.cs
  made PigeonHub/V1/Event.php
  grep -q 'module V1' "$out/pigeonhub/v1/event_service_pb.rb" || fail "Ruby has no module V1"
  made pigeonhub/v1/event_service_pb2.py
  # These are published elsewhere, too. A program that has both needs them alike, byte by byte: the
  # digests are those of the published files' descriptors.
  digest() {
    "$protoc" -I . --descriptor_set_out="$out/descriptor" "$1"
    [ "$(sha256sum <"$out/descriptor")" = "$2  -" ] || fail "$1 differs from the published one"
  }
  digest google/rpc/status.proto eaac27bcc36a24b8a3d4594bafee3f5e69baa4483a3a99a62e90c8d0eb50bc12
  digest google/rpc/error_details.proto c067541adbc29bdcf51af331608da6cfb079a61f7b12c3bebfbdff16010195cb
  digest grpc/reflection/v1/reflection.proto f86d0f4d55dd69aa061edd619dc835bc91d4cf46b8dbf7c7bad3f3cea6a484f6
  ;;
esac

#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sbom.sh NAME VERSION [ROOT]: an SPDX 2.3 document, on stdout, of the Debian packages installed below ROOT (default /).
# SOURCE_DATE_EPOCH, if set, is the time it says it was made.
set -eu

name=$1
version=$2
root=${3:-/}
created=$(date -u ${SOURCE_DATE_EPOCH:+-d "@$SOURCE_DATE_EPOCH"} +%Y-%m-%dT%H:%M:%SZ)
packages=$(dpkg-query --admindir="$root/var/lib/dpkg" -W \
  -f '${db:Status-Status}\t${Package}\t${Version}\t${Architecture}\t${source:Package}\t${Homepage}\n' | awk '$1 == "installed"')
digest=$(printf '%s\n' "$packages" | sha256sum | cut -d ' ' -f 1)

printf '%s\n' "$packages" | LC_ALL=C sort | awk -F '\t' -v name="$name" -v version="$version" -v created="$created" -v digest="$digest" '
  function id(text) { gsub(/[^A-Za-z0-9.-]/, "-", text); return "SPDXRef-" text }
  function quoted(text) { gsub(/\\/, "\\\\", text); gsub(/"/, "\\\"", text); return "\"" text "\"" }
  function encoded(text) { gsub(/%/, "%25", text); gsub(/\+/, "%2B", text); gsub(/:/, "%3A", text); gsub(/~/, "~", text); return text }
  BEGIN {
    print "{\"spdxVersion\":\"SPDX-2.3\",\"dataLicense\":\"CC0-1.0\",\"SPDXID\":\"SPDXRef-DOCUMENT\","
    print "\"name\":" quoted(name "-" version) ","
    print "\"documentNamespace\":" quoted("urn:sha256:" digest) ","
    print "\"creationInfo\":{\"created\":" quoted(created) ",\"creators\":[\"Tool: sbom.sh\"]},"
    print "\"documentDescribes\":[\"SPDXRef-image\"],\"packages\":["
    printf "{\"SPDXID\":\"SPDXRef-image\",\"name\":%s,\"versionInfo\":%s,\"downloadLocation\":\"NOASSERTION\",\"filesAnalyzed\":false,\"primaryPackagePurpose\":\"CONTAINER\"}", quoted(name), quoted(version)
  }
  {
    ids[NR] = id($2 "-" $4)
    printf ",\n{\"SPDXID\":%s,\"name\":%s,\"versionInfo\":%s,", quoted(ids[NR]), quoted($2), quoted($3)
    printf "\"downloadLocation\":\"NOASSERTION\",\"filesAnalyzed\":false,\"sourceInfo\":%s,", quoted("built from the Debian source package " $5)
    if ($6 != "") printf "\"homepage\":%s,", quoted($6)
    printf "\"externalRefs\":[{\"referenceCategory\":\"PACKAGE-MANAGER\",\"referenceType\":\"purl\",\"referenceLocator\":%s}]}", \
      quoted("pkg:deb/debian/" encoded($2) "@" encoded($3) "?arch=" $4 "&distro=bookworm")
  }
  END {
    print "],\n\"relationships\":["
    printf "{\"spdxElementId\":\"SPDXRef-DOCUMENT\",\"relationshipType\":\"DESCRIBES\",\"relatedSpdxElement\":\"SPDXRef-image\"}"
    for (i = 1; i <= NR; ++i) printf ",\n{\"spdxElementId\":\"SPDXRef-image\",\"relationshipType\":\"CONTAINS\",\"relatedSpdxElement\":%s}", quoted(ids[i])
    print "]}"
  }'

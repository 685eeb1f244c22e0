# SPDX-License-Identifier: Apache-2.0
# Turns --help into roff. -v level=page: its headings are the page's; -v level=command: they are bold lines of a section.
# A line at the margin is a heading if an indented one follows, else prose; an indented one is a term and, behind two blanks, what
# it means, which may go on further in.

function roff(text) {
  gsub(/\\/, "\\e", text)
  gsub(/-/, "\\-", text)
  sub(/^[.']/, "\\\\\\&&", text)
  return text
}

function heading(text) {
  sub(/:$/, "", text)
  print level == "page" ? ".SH \"" toupper(roff(text)) "\"" : ".PP\n.B " roff(text)
}

{ lines[NR] = $0 }

END {
  print level == "page" ? ".SH SYNOPSIS" : ".PP"
  for (i = 1; i <= NR; ++i) {
    if (tolower(lines[i]) !~ /^usage:/) continue
    usage = lines[i]
    sub(/^[Uu]sage: */, "", usage)
    print ".B " roff(usage)
  }
  print level == "page" ? ".SH DESCRIPTION" : ".PP"
  for (i = 1; i <= NR; ++i) {
    line = lines[i]
    if (tolower(line) ~ /^usage:/) continue
    if (line == "") {
      if (!verbatim) print ".PP"
    } else if (line !~ /^ /) {
      if (verbatim) print ".fi\n.RE"
      verbatim = 0
      if (lines[i + 1] ~ /^  /) {
        heading(line)
        if (line ~ /^Examples?:/) {
          print ".RS\n.nf"
          verbatim = 1
        }
      } else {
        print roff(line)
      }
    } else if (verbatim) {
      print roff(substr(line, 3))
    } else if (line ~ /^  [^ ]/) {
      term = substr(line, 3)
      meaning = ""
      if (match(term, /  +/)) {
        meaning = substr(term, RSTART + RLENGTH)
        term = substr(term, 1, RSTART - 1)
      }
      print ".TP\n.B " roff(term)
      if (meaning != "") print roff(meaning)
    } else {
      sub(/^ +/, "", line)
      print roff(line)
    }
  }
  if (verbatim) print ".fi\n.RE"
}

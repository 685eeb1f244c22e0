// SPDX-License-Identifier: Apache-2.0
//
// What `pigeonctl completion` prints.
#pragma once

#include <string_view>

namespace pigeonhub::cli {

// Each script asks pigeonctl with the words up to the cursor. An answer line is WORD<tab>HELP; the
// line ":files" means that files fit, too.
inline constexpr std::string_view kBashCompletion =
    R"sh(# bash completion for pigeonctl; load it with:
#   source <(pigeonctl completion bash)
_pigeonctl() {
  local line cur="${COMP_WORDS[COMP_CWORD]}"
  local head="${COMP_LINE:0:COMP_POINT}" words
  read -ra words <<<"$head"
  [[ "$head" == *[[:space:]] ]] && words+=("")
  COMPREPLY=()
  local typed="${words[-1]}" files=
  while IFS= read -r line; do
    if [[ "$line" == ":files" ]]; then files=1; continue; fi
    line="${line%%$'\t'*}"
    # Bash breaks words at = and :, and wants only what comes after.
    line="${line#"${typed%"$cur"}"}"
    COMPREPLY+=("$(printf %q "$line")")
  done < <(pigeonctl __complete -- "${words[@]:1}" 2>/dev/null)
  if [[ -n "$files" ]]; then
    [[ "$cur" == "=" ]] && cur=
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$cur")
    compopt -o filenames 2>/dev/null
  fi
}
complete -F _pigeonctl pigeonctl
)sh";

inline constexpr std::string_view kZshCompletion = R"sh(#compdef pigeonctl
# zsh completion for pigeonctl; put it as _pigeonctl into a directory of $fpath, or load it with:
#   source <(pigeonctl completion zsh)
_pigeonctl() {
  local line files
  local -a described
  while IFS= read -r line; do
    if [[ $line == ":files" ]]; then files=1; continue; fi
    local word=${line%%$'\t'*} help=
    [[ $line == *$'\t'* ]] && help=${line#*$'\t'}
    described+=("${word//:/\\:}${help:+:$help}")
  done < <(pigeonctl __complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)
  (( $#described )) && _describe -t words pigeonctl described
  [[ -n $files ]] && _files
}
if [[ $funcstack[1] == _pigeonctl ]]; then _pigeonctl "$@"; else compdef _pigeonctl pigeonctl; fi
)sh";

inline constexpr std::string_view kFishCompletion =
    R"sh(# fish completion for pigeonctl; load it with:
#   pigeonctl completion fish | source
function __pigeonctl_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in (pigeonctl __complete -- $words[2..-1] 2>/dev/null)
        if test "$line" = ":files"
            __fish_complete_path (commandline -ct)
        else
            echo $line
        end
    end
end
complete -c pigeonctl -f -a '(__pigeonctl_complete)'
)sh";

}  // namespace pigeonhub::cli

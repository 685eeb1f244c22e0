# SPDX-License-Identifier: Apache-2.0
# For scripts: runs the example that was built as $1 on a free port, and fails unless it serves and stops when told to.
run_hub() {
  local hub hub_PID pid line
  coproc hub { exec "$1" 0; }
  pid=$hub_PID
  read -r line <&"${hub[0]}"
  kill -TERM "$pid"
  wait "$pid"
  [[ $line == "Serving ws://localhost:"* ]] || { echo "the example says '$line'"; return 1; }
  echo "$line"
}

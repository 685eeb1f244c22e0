// SPDX-License-Identifier: Apache-2.0
//
// Any text as a configuration file: taken or refused in one line, and what was taken prints as a
// file that reads back as the same.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "control/daemon/config/config.h"

namespace {

void Check(bool holds, const char* what, std::string_view text) {
  if (holds) return;
  std::fprintf(stderr, "%s: %.*s\n", what, static_cast<int>(text.size()), text.data());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(bytes), size);
  pigeonhub::Config config;
  const absl::Status status = pigeonhub::ApplyConfigText(text, "fuzz", config);
  if (!status.ok()) {
    const std::string message(status.message());
    Check(message.starts_with("fuzz:"), "the error does not name the file", message);
    Check(message.find('\n') == std::string::npos, "the error is more than a line", message);
    return 0;
  }
  config.origins.clear();
  // What is masked when it is printed does not read back.
  for (const pigeonhub::AllowedHub& hub : config.hub_allow) {
    if (!hub.secret.empty()) return 0;
  }
  const std::string printed = pigeonhub::PrintConfig(config);
  pigeonhub::Config again;
  Check(pigeonhub::ApplyConfigText(printed, "printed", again).ok(), "does not read back", printed);
  again.origins.clear();
  Check(pigeonhub::PrintConfig(again) == printed, "reads back as something else", printed);
  return 0;
}

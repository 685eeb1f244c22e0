// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "server/base/descriptor.h"

namespace pigeonhub::cli {

// Serves one text to whoever asks by HTTP, as Prometheus does: one caller at a time, each of whom
// has two seconds.
class MetricsServer {
 public:
  // "HOST:PORT" or ":PORT", which is every address. INVALID_ARGUMENT, one line, for anything else;
  // UNKNOWN if the port cannot be taken.
  static absl::StatusOr<MetricsServer> Listen(const std::string& address);

  // HOST:PORT in numbers.
  const std::string& address() const { return address_; }

  // Answers callers with what `text` returns, until `stopped` returns true; it is called several
  // times a second.
  void Serve(const std::function<std::string()>& text, const std::function<bool()>& stopped);

 private:
  MetricsServer(Descriptor listener, std::string address)
      : listener_(std::move(listener)), address_(std::move(address)) {}

  Descriptor listener_;
  std::string address_;
};

}  // namespace pigeonhub::cli

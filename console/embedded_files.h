// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace pigeonhub {

// A file that the program serves to browsers, and has inside.
struct EmbeddedFile {
  std::string_view
      path;  // "console/index.html" of the console, "peers/demo.html" of the port of the peers
  std::string_view content_type;  // the header's value
  std::string_view entity_tag;    // with its quotes; names the content
  size_t size;                    // of the content, in bytes
  std::string_view gzip;          // the content, packed
};

// In the order of their paths. Empty in a program that was built with PIGEONHUB_CONSOLE=OFF.
std::span<const EmbeddedFile> EmbeddedFiles();

}  // namespace pigeonhub

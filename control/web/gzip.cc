// SPDX-License-Identifier: Apache-2.0

#include "control/web/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace pigeonhub {
namespace {

// zlib reads and writes gzip instead of its own format with 16 more than the size of the window.
constexpr int kGzipWindow = MAX_WBITS + 16;
constexpr int kMemoryLevel = 8;  // zlib's own

// zlib takes what it reads as not const, and does not write to it.
Bytef* ToRead(std::string_view bytes) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
}

}  // namespace

std::string Gzip(std::string_view bytes) {
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemoryLevel,
               Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = ToRead(bytes);
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

absl::StatusOr<std::string> Gunzip(std::string_view packed, size_t most) {
  z_stream stream{};
  if (inflateInit2(&stream, kGzipWindow) != Z_OK)
    return absl::ResourceExhaustedError("finds no memory");
  stream.next_in = ToRead(packed);
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string bytes;
  std::array<char, 16384> piece;
  int status = Z_OK;
  while (status == Z_OK && bytes.size() <= most) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = piece.size();
    status = inflate(&stream, Z_NO_FLUSH);
    bytes.append(piece.data(), piece.size() - stream.avail_out);
  }
  const bool is_whole = status == Z_STREAM_END && stream.avail_in == 0;
  inflateEnd(&stream);
  if (bytes.size() > most) {
    return absl::ResourceExhaustedError(absl::StrCat("is larger than ", most, " bytes unpacked"));
  }
  if (!is_whole) return absl::InvalidArgumentError("is not gzip, or not all of it");
  return bytes;
}

bool TakesGzip(std::string_view accept_encoding) {
  for (const absl::string_view entry :
       absl::StrSplit(absl::string_view(accept_encoding.data(), accept_encoding.size()), ',')) {
    const std::vector<absl::string_view> parts = absl::StrSplit(entry, ';');
    const absl::string_view name = absl::StripAsciiWhitespace(parts[0]);
    if (!absl::EqualsIgnoreCase(name, "gzip") && name != "*") continue;
    const bool refused = std::any_of(parts.begin() + 1, parts.end(), [](absl::string_view part) {
      const absl::string_view weight = absl::StripAsciiWhitespace(part);
      return weight == "q=0" || weight == "q=0.0" || weight == "q=0.00" || weight == "q=0.000";
    });
    if (!refused) return true;
  }
  return false;
}

}  // namespace pigeonhub

// SPDX-License-Identifier: Apache-2.0

#include "cli/output/archive.h"

#include <zlib.h>

#include <cstdint>
#include <cstdio>

namespace pigeonhub::cli {
namespace {

constexpr size_t kBlock = 512;
// Asks zlib for a gzip header around what it writes.
constexpr int kGzip = 16 + MAX_WBITS;

// Where the fields of a header stand.
constexpr size_t kMode = 100, kUser = 108, kGroup = 116, kSize = 124, kTime = 136, kChecksum = 148,
                 kType = 156, kMagic = 257;

// A number in octal digits, with a zero byte behind it.
void PutOctal(std::string& header, size_t at, size_t digits, uint64_t number) {
  for (size_t i = digits; i > 0; --i) {
    header[at + i - 1] = static_cast<char>('0' + (number & 7));
    number >>= 3;
  }
}

std::string HeaderOf(const ArchiveFile& file, int64_t seconds) {
  std::string header(kBlock, '\0');
  header.replace(0, file.name.size(), file.name);
  PutOctal(header, kMode, 7, 0600);
  PutOctal(header, kUser, 7, 0);
  PutOctal(header, kGroup, 7, 0);
  PutOctal(header, kSize, 11, file.text.size());
  PutOctal(header, kTime, 11, static_cast<uint64_t>(seconds));
  header[kType] = '0';
  header.replace(kMagic, 8,
                 std::string("ustar\0"
                             "00",
                             8));
  // The sum counts its own field as blanks.
  header.replace(kChecksum, 8, 8, ' ');
  uint64_t sum = 0;
  for (const char c : header) sum += static_cast<unsigned char>(c);
  PutOctal(header, kChecksum, 6, sum);
  header[kChecksum + 6] = '\0';
  return header;
}

std::string Compressed(std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace

std::string TarGz(const std::vector<ArchiveFile>& files,
                  std::chrono::system_clock::time_point modified) {
  const int64_t seconds = std::chrono::system_clock::to_time_t(modified);
  std::string tar;
  for (const ArchiveFile& file : files) {
    tar += HeaderOf(file, seconds);
    tar += file.text;
    tar.append((kBlock - file.text.size() % kBlock) % kBlock, '\0');
  }
  tar.append(2 * kBlock, '\0');
  return Compressed(tar);
}

}  // namespace pigeonhub::cli

// SPDX-License-Identifier: Apache-2.0

#include "server/base/first_byte.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace pigeonhub {
namespace {

TEST(FirstByte, TellsWhatIsSpoken) {
  struct Row {
    const char* name;
    std::string_view begins;
    Spoken spoken;
  };
  const Row rows[] = {
      {"a ClientHello of TLS 1.0 to 1.3", std::string_view("\x16\x03\x01\x02", 4), Spoken::kTls},
      {"one of SSL 3", std::string_view("\x16\x03\x00", 3), Spoken::kTls},
      {"one of SSL 2", std::string_view("\x80\x2e\x01", 3), Spoken::kOther},
      {"a TLS alert", std::string_view("\x15\x03\x01", 3), Spoken::kOther},
      {"TLS data without a handshake", std::string_view("\x17\x03\x03", 3), Spoken::kOther},
      {"HTTP/1.1", "GET / HTTP/1.1", Spoken::kText},
      {"HTTP/1.1, in small letters", "get / HTTP/1.1", Spoken::kText},
      {"HTTP/2", "PRI * HTTP/2.0", Spoken::kText},
      {"the PROXY protocol 1", "PROXY TCP4", Spoken::kText},
      {"the PROXY protocol 2", "\r\n\r\n", Spoken::kOther},
      {"SSH", "SSH-2.0", Spoken::kText},
      {"an empty line", "\n", Spoken::kOther},
      {"a space", " GET", Spoken::kOther},
      {"below the letters", "@", Spoken::kOther},
      {"between them", "[", Spoken::kOther},
      {"behind them", "{", Spoken::kOther},
      {"nought", std::string_view("\0", 1), Spoken::kOther},
      {"no ASCII", "\xff", Spoken::kOther},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(SpokenFrom(row.begins.front()), row.spoken) << row.name;
  }
}

}  // namespace
}  // namespace pigeonhub

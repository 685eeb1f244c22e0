// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

#include "control/web/http_message.h"

namespace pigeonhub {

// How the end of an answer is told.
enum class WebFraming {
  kLength,   // by Content-Length
  kChunked,  // by a last chunk
  kClose,    // by the end of the connection
};

// The head of an answer as HTTP/1.1 writes it, with the empty line behind it.
std::string AnswerHead(const WebAnswer& answer, WebFraming framing, bool keeps_connection);

// A piece of a chunked body. `bytes` is not empty.
std::string Chunk(std::string_view bytes);
constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace pigeonhub

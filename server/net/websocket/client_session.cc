// SPDX-License-Identifier: Apache-2.0

#include "server/net/websocket/client_session.h"

#include <optional>
#include <utility>

#include "server/net/websocket/frame.h"

namespace pigeonhub::net {
namespace {

// The longest head of an answer. websocketpp has the same limit for requests.
constexpr size_t kMaxAnswerHead = 16'000;
constexpr std::string_view kHeadEnd = "\r\n\r\n";

}  // namespace

ClientSession::ClientSession(Host& host, Handler& handler, size_t max_message_size,
                             ClientHandshake handshake)
    : Session(host, max_message_size, Peer::kServer, nullptr),
      handler_(handler),
      handshake_(std::move(handshake)) {}

void ClientSession::Ask() { host().Write(handshake_.Request(), {}); }

// Frames may follow the head of the answer, even in the same packet.
size_t ClientSession::FeedHandshake(const char* bytes, size_t size) {
  const size_t before = scratch_.size();
  scratch_.append(bytes, size);
  const size_t end = scratch_.find(kHeadEnd);
  std::optional<ClientHandshake::Refusal> refusal;
  if (end != std::string::npos) {
    const std::string rest = scratch_.substr(end + kHeadEnd.size());
    scratch_.resize(end + kHeadEnd.size());
    refusal = handshake_.Check(scratch_, rest);
  } else if (scratch_.size() <= kMaxAnswerHead) {
    return size;
  } else {
    refusal = {.why = "the answer has no end"};
  }
  const size_t used = scratch_.size() - before;
  if (refusal.has_value()) {
    End();
    handler_.OnRefused(*refusal);
    return size;
  }
  Open();
  handler_.OnAccepted();
  return used;
}

void ClientSession::WriteFrame(std::string_view header, std::string_view payload) {
  scratch_.clear();
  AppendMaskedFrame(header, payload, masks_.Next(), scratch_);
  host().Write(scratch_, {});
}

}  // namespace pigeonhub::net

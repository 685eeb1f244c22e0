// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a request of the Connect protocol, and what it is answered. The first byte chooses
// the method, the second the headers; up to the next newline follows the query, and then the body.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "control/web/connect_answer.h"
#include "control/web/connect_call.h"
#include "pigeonhub/v1/event_service.pb.h"
#include "pigeonhub/v1/peer_service.pb.h"
#include "server/base/text.h"
#include "tests/fuzz/require.h"

namespace pigeonhub {
namespace {

constexpr size_t kMostBytes = size_t{64} << 10;
constexpr std::string_view kPaths[] = {
    "/pigeonhub.v1.PeerService/ListPeers", "/pigeonhub.v1.PeerService/DisconnectPeer",
    "/pigeonhub.v1.EventService/WatchEvents", "/pigeonhub.v1.PeerService/No"};
constexpr std::string_view kTypes[] = {"application/json", "application/proto",
                                       "application/connect+json", "application/connect+proto"};
constexpr std::string_view kEncodings[] = {"", "gzip", "identity", "br"};

struct Bits {
  uint8_t path;
  uint8_t headers;
};

std::string_view HeaderOf(const Bits& bits, std::string_view name) {
  if (name == "Content-Type") return kTypes[bits.headers & 3];
  if (name == "Content-Encoding" || name == "Connect-Content-Encoding") {
    return kEncodings[bits.headers >> 2 & 3];
  }
  if (name == "Accept-Encoding" || name == "Connect-Accept-Encoding") {
    return (bits.headers & 16) != 0 ? "gzip;q=0.5, br" : "";
  }
  if (name == "Connect-Timeout-Ms") return (bits.headers & 32) != 0 ? "9999999999" : "";
  return {};
}

// An envelope says how long it is.
void CheckEnvelope(const std::string& piece) {
  REQUIRE(piece.size() >= 5);
  size_t length = 0;
  for (size_t i = 1; i < 5; ++i) length = length << 8 | static_cast<unsigned char>(piece[i]);
  REQUIRE(length == piece.size() - 5);
}

void Check(const ConnectCall& call) {
  REQUIRE(call.method != nullptr);
  REQUIRE(call.request.size() <= 2 * kMostBytes);
  // It is a message of that type: made of these bytes again it is no other call.
  if (call.is_stream()) {
    v1::WatchEventsRequest request;
    REQUIRE(request.ParseFromString(call.request));
    CheckEnvelope(StreamMessage(call, call.request.substr(0, 0)));
    CheckEnvelope(StreamEnd(grpc::Status::OK));
  } else {
    // Named here, so that the linker brings the methods of this service.
    REQUIRE(v1::ListPeersRequest::descriptor() != nullptr);
    REQUIRE(UnaryAnswer(call, grpc::Status::OK, {}).status == 200);
  }
}

void Check(const ConnectRefusal& refusal) {
  REQUIRE(!refusal.status.ok());
  REQUIRE(IsPlainText(refusal.status.error_message()));
  const WebAnswer answer = RefusalAnswer(refusal);
  REQUIRE((answer.status == 200) == refusal.is_stream);
  if (refusal.is_stream) CheckEnvelope(answer.body);
}

void Check(const WebAnswer& answer) {
  REQUIRE(answer.status == 404 || answer.status == 405 || answer.status == 415);
  REQUIRE(!answer.body.empty());
}

}  // namespace
}  // namespace pigeonhub

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  using namespace pigeonhub;
  if (size < 2) return 0;
  const Bits bits{bytes[0], bytes[1]};
  std::string_view rest(reinterpret_cast<const char*>(bytes) + 2, size - 2);
  rest = rest.substr(0, kMostBytes);
  const size_t end = std::min(rest.find('\n'), rest.size());
  const WebRequest request{(bits.path & 4) != 0 ? "GET" : "POST",
                           kPaths[bits.path & 3],
                           rest.substr(0, end),
                           rest.substr(std::min(end + 1, rest.size())),
                           false,
                           [&bits](std::string_view name) { return HeaderOf(bits, name); }};
  std::visit([](const auto& read) { Check(read); }, ReadConnectCall(request, kMostBytes));
  return 0;
}

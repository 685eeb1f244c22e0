// SPDX-License-Identifier: Apache-2.0

#include <string>
#include <vector>

#include "pigeonhub/v1/trace_service.pb.h"
#include "tests/cli/fake_control/parts.h"

namespace pigeonhub::cli {
namespace {

// A handshake of the two peers: the first one is at this hub, the other one at a second hub 50 ms
// away, whose steps come late. A third hub does not tell.
std::vector<v1::WatchHandshakeResponse> HandshakeItems() {
  const std::string pair = R"("namespace": "chat", "fromPeerId": ")" + std::string(kFirstPeer) +
                           R"(", "targetPeerId": ")" + kSecondPeer + '"';
  const std::string back = R"("namespace": "chat", "fromPeerId": ")" + std::string(kSecondPeer) +
                           R"(", "targetPeerId": ")" + kFirstPeer + '"';
  const std::string here = R"("hubId": ")" + std::string(kHub) + R"(", )";
  const std::string there =
      R"("hubId": ")" + std::string(kOtherHub) + R"(", "timeError": "0.000400s", )";
  const auto at = [](const std::string& millis) {
    return R"("time": "2026-03-01T12:00:00.)" + millis + R"(Z", )";
  };
  const std::string heard = R"("stage": "HANDSHAKE_STAGE_HEARD", )";
  const std::string delivered = R"("stage": "HANDSHAKE_STAGE_DELIVERED", )";
  const auto passed_on = [](const std::string& queue, const char* to) {
    return R"("stage": "HANDSHAKE_STAGE_PASSED_ON", "queue": "0.)" + queue +
           R"(s", "otherHubId": ")" + to + R"(", )";
  };
  const auto over_line = [](const std::string& line, const char* from) {
    return R"("line": "0.)" + line + R"(s", "lineError": "0.000400s", "otherHubId": ")" + from +
           R"(", )";
  };
  const auto kind = [](const char* name) {
    return R"("kind": "HANDSHAKE_STEP_KIND_)" + std::string(name) + R"(", )";
  };
  const std::string first = R"("namespace": "chat", "fromPeerId": ")" + std::string(kFirstPeer);
  std::vector<v1::WatchHandshakeResponse> items;
  const auto add = [&](const std::string& json) {
    items.push_back(FromJson<v1::WatchHandshakeResponse>(json));
  };
  const auto step = [&](const std::string& json) { add(R"({"step": {)" + json + "}}"); };
  add(R"({"bookmark": {"cursor": {"epoch": "c0ffee", "seq": "4"}}})");
  add(R"({"hub": {"hubId": ")" + std::string(kOtherHub) +
      R"(", "state": "HANDSHAKE_HUB_STATE_TELLS", "clockAhead": "-71.503000s",)"
      R"( "clockError": "0.000400s"}})");
  add(R"({"hub": {"hubId": "9999999999999999999999999999999999999999",)"
      R"( "state": "HANDSHAKE_HUB_STATE_SILENT"}})");
  step(here + kind("ANNOUNCED") + heard + at("000000") + first + '"');
  step(here + kind("DISCOVERED") + delivered + at("061200") + back);
  step(here + kind("OFFER") + passed_on("001500", kOtherHub) + at("070000") + pair);
  step(there + kind("DISCOVERED") + delivered + at("050300") + pair);
  step(there + kind("OFFER") + delivered + over_line("050100", kHub) + at("121600") + pair);
  step(here + kind("ANSWER") + delivered + over_line("050200", kOtherHub) + at("190300") + back);
  step(there + kind("ANSWER") + passed_on("000100", kHub) + at("140000") + back);
  step(here + kind("ICE_CANDIDATE") + R"("stage": "HANDSHAKE_STAGE_DROPPED",)" +
       R"( "reason": "REASON_LINK_BACKLOGGED", )" + at("195000") + pair);
  step(here + kind("CONNECTED") + heard + at("312400") + pair);
  return items;
}

}  // namespace

void ServeHandshakes(FakeServer& server) {
  server.On(v1::WatchHandshakeRequest(), [](const std::string&) {
    FakeReply reply;
    for (const v1::WatchHandshakeResponse& item : HandshakeItems()) {
      reply.messages.push_back(item.SerializeAsString());
    }
    return reply;
  });
}

}  // namespace pigeonhub::cli

// SPDX-License-Identifier: Apache-2.0

#include <algorithm>

#include "pigeonhub/v1/event_service.pb.h"
#include "tests/cli/fake_control/parts.h"

namespace pigeonhub::cli {
namespace {

v1::ListEventsResponse Events() {
  return FromJson<v1::ListEventsResponse>(R"({"events": [
    {"epoch": "c0ffee", "seq": "4", "time": "2026-03-01T11:54:48.002Z", "hubId": "ab",
     "kind": "EVENT_KIND_PEER_CONNECTED",
     "peerConnected": {"peerId": "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567",
                       "remoteAddress": "192.0.2.7", "totalConnections": "4"}},
    {"epoch": "c0ffee", "seq": "5", "time": "2026-03-01T11:58:00.500Z", "hubId": "ab",
     "kind": "EVENT_KIND_PEER_DISCONNECTED",
     "peerDisconnected": {"peerId": "2222222222222222222222222222222222222222",
                          "reason": "REASON_TRANSPORT_LOST", "closeCode": 1006,
                          "totalConnections": "3", "namespace": "chat",
                          "remoteAddress": "192.0.2.8", "connectedFor": "312.5s",
                          "messagesReceived": "41", "bytesReceived": "28417"}},
    {"epoch": "c0ffee", "seq": "6", "time": "2026-03-01T11:59:00Z", "hubId": "ab",
     "kind": "EVENT_KIND_AUDIT",
     "audit": {"method": "pigeonhub.v1.ServerService/SetLogLevel", "principal": "local",
               "object": "debug", "outcome": "OK"}}],
    "cursor": {"epoch": "c0ffee", "seq": "7"}})");
}

}  // namespace

void ServeEvents(FakeServer& server) {
  server.Answer<v1::ListEventsRequest, v1::ListEventsResponse>([](const auto& request) {
    v1::ListEventsResponse page = Events();
    auto& events = *page.mutable_events();
    const auto& kinds = request.filter().kinds();
    const auto unwanted = [&](const v1::Event& event) {
      return (!kinds.empty() &&
              std::find(kinds.begin(), kinds.end(), event.kind()) == kinds.end()) ||
             event.time().seconds() < request.from_time().seconds() ||
             (request.has_until_time() && event.time().seconds() >= request.until_time().seconds());
    };
    events.erase(std::remove_if(events.begin(), events.end(), unwanted), events.end());
    if (request.newest_first()) std::reverse(events.begin(), events.end());
    CutPage(page, &events, request.page_size(), request.page_token());
    return page;
  });
  // A watcher gets a gap up to 4 if it wants more, a bookmark, and the events.
  server.On(v1::WatchEventsRequest(), [](const std::string& bytes) {
    v1::WatchEventsRequest request;
    request.ParseFromString(bytes);
    const auto oldest = FromJson<v1::EventCursor>(R"({"epoch": "c0ffee", "seq": "4"})");
    FakeReply reply{.stays = true};
    v1::WatchEventsResponse item;
    if (request.has_from() && request.from().seq() < oldest.seq()) {
      item.mutable_gap()->set_missing(oldest.seq() - request.from().seq());
      *item.mutable_gap()->mutable_resume() = oldest;
      reply.messages.push_back(item.SerializeAsString());
    }
    *item.mutable_bookmark()->mutable_cursor() = oldest;
    reply.messages.push_back(item.SerializeAsString());
    const v1::ListEventsResponse all = Events();
    for (const v1::Event& event : all.events()) {
      *item.mutable_event() = event;
      reply.messages.push_back(item.SerializeAsString());
    }
    return reply;
  });
}

}  // namespace pigeonhub::cli

// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "server/core/ids.h"
#include "server/wire/decode.h"
#include "tests/mesh/ledger.h"
#include "tests/mesh/network.h"

namespace pigeonhub::sim {

// A peer as the PeerPigeon client is one: one id, announces as soon as its socket opens, does
// nothing about being closed (the scenario does). It may hold several connections at a time, which
// a real one does not, but two machines with the same id do.
class Client : public Party {
 public:
  // Its connections are numbered from `first_session`.
  Client(const PeerId& id, SessionNumber first_session, FakeNetwork& network, Ledger& ledger,
         Verdict& verdict)
      : id_(id), next_(first_session), network_(network), ledger_(ledger), verdict_(verdict) {}

  struct Session {
    SessionNumber number = 0;
    std::string hub;  // where it dialed
    std::optional<EndId> end;
    std::string wanted;                // the network it announces
    uint64_t version = 0;              // of its last announce
    std::string network;               // the one it is in, as far as the hub has read
    std::map<PeerId, uint64_t> known;  // members it was told of, each with its version
    bool greeted = false;
  };

  // Beside the connections there are.
  void Join(const std::string& hub, const std::string& url, const std::string& network);
  // On every connection.
  void Announce(const std::string& network);
  // The latest connection is meant from here on; nothing happens where there is none.
  void Offer(const PeerId& target);
  void Goodbye();
  void Leave();   // a close frame
  void Vanish();  // every connection, without a word
  // Of several connections that were greeted, only the latest one stays.
  void LeaveButOnce();

  // What a hostile client tries: signals in another's name, or into another namespace; news of
  // another peer's coming and going.
  void Forge(const PeerId& target, const PeerId& from);
  void Trespass(const PeerId& target, const std::string& network);
  void Inject(const PeerId& about, const std::string& network);
  void Expel(const PeerId& about);

  const PeerId& id() const { return id_; }
  const std::map<SessionNumber, Session>& sessions() const { return sessions_; }
  // Whether it ever dialed the hub of this name.
  bool has_dialed(const std::string& hub) const { return dialed_.contains(hub); }
  // How often it was told that somebody came or went.
  size_t news() const { return news_; }
  // The latest connection that is a member of a namespace, as far as it knows.
  const Session* member() const;
  void OnDialed(uint64_t tag, EndId end) override;
  void OnDialFailed(uint64_t tag) override { sessions_.erase(tag); }
  void OnFrame(EndId end, std::string text) override;
  void OnMark(EndId end, const std::string& text) override;
  void OnEnd(EndId end, const Ending& ending) override;

 private:
  Session* Latest();
  Session* Of(EndId end);
  void Say(Session& session, std::string_view type, const std::string& rest);
  void SayAnnounce(Session& session);
  void SaySignal(Session& session, const PeerId& target, const std::string& network, bool hostile,
                 std::string_view claimed_from);
  void Hear(Session& session, const inbound::Message& message);

  const PeerId id_;
  SessionNumber next_;
  FakeNetwork& network_;
  Ledger& ledger_;
  Verdict& verdict_;
  wire::Decoder decoder_;
  std::map<SessionNumber, Session> sessions_;
  std::set<std::string> dialed_;
  size_t news_ = 0;
};

}  // namespace pigeonhub::sim

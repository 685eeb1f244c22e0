// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/remote_peers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "server/core/mesh_message.h"
#include "tests/support/core_text.h"

namespace pigeonhub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const PathId kOne(1);
const PathId kTwo(2);

std::vector<PathId> PathsOf(const RemotePeer& peer) {
  std::vector<PathId> paths;
  for (const RemotePeer::Entry& entry : peer.entries) paths.push_back(entry.path);
  return paths;
}

class RemotePeers : public ::testing::Test {
 protected:
  RemotePeers() {
    table_.AddPath(kOne);
    table_.AddPath(kTwo);
  }
  RemotePeerTable table_;
};

TEST_F(RemotePeers, KnowsItsPaths) {
  EXPECT_TRUE(table_.HasPath(kOne));
  EXPECT_FALSE(table_.HasPath(PathId(3)));
}

TEST_F(RemotePeers, RoutesByThePathThatToldFirst) {
  RemotePeer& peer = table_.Add(Id('a'));
  table_.Connect(peer, {kTwo, 0, nullptr, {}});
  table_.Connect(peer, {kOne, 0, nullptr, {}});
  table_.Connect(peer, {kTwo, 0, nullptr, {}});
  EXPECT_THAT(PathsOf(peer), ElementsAre(kTwo, kOne));
  table_.Disconnect(peer, kTwo);
  table_.Disconnect(peer, kTwo);
  EXPECT_THAT(PathsOf(peer), ElementsAre(kOne));
  EXPECT_THAT(table_.PeersOn(kTwo), IsEmpty());
  EXPECT_THAT(table_.PeersOn(kOne), ElementsAre(Id('a')));
}

TEST_F(RemotePeers, RoutesToTheHubThatToldFirstWhateverGenerationAnotherOneClaims) {
  RemotePeer& peer = table_.Add(Id('a'));
  table_.Connect(peer, {kOne, 1, nullptr, {}});
  table_.Connect(peer, {kTwo, mesh::kMostNumber, nullptr, {}});
  EXPECT_THAT(PathsOf(peer), ElementsAre(kOne, kTwo));
  EXPECT_EQ(peer.HighestGeneration(), mesh::kMostNumber);
  table_.Connect(peer, {kOne, 3, nullptr, {}});
  EXPECT_THAT(PathsOf(peer), ElementsAre(kOne, kTwo));
  table_.Disconnect(peer, kOne);
  EXPECT_THAT(PathsOf(peer), ElementsAre(kTwo));
}

TEST_F(RemotePeers, RoutesToReferenceHubsLast) {
  RemotePeer& peer = table_.Add(Id('a'));
  table_.Connect(peer, {kOne, 0, nullptr, {}});
  table_.Connect(peer, {kTwo, 1, nullptr, {}});
  EXPECT_THAT(PathsOf(peer), ElementsAre(kTwo, kOne));
  table_.Connect(peer, {kOne, 1, nullptr, {}});
  table_.Connect(peer, {kTwo, 0, nullptr, {}});
  EXPECT_THAT(PathsOf(peer), ElementsAre(kOne, kTwo));
}

TEST_F(RemotePeers, KnowsThePeersOfAPathInOneNamespace) {
  const auto red = std::make_shared<const std::string>("red");
  const auto blue = std::make_shared<const std::string>("blue");
  for (char digit : {'c', 'a'}) table_.Connect(table_.Add(Id(digit)), {kOne, 1, red, {}});
  table_.Connect(table_.Add(Id('b')), {kOne, 1, blue, {}});
  EXPECT_THAT(table_.PeersOn(kOne, "red"), ElementsAre(Id('a'), Id('c')));
  table_.Connect(*table_.Find(Id('a')), {kOne, 1, blue, {}});
  table_.Connect(*table_.Find(Id('c')), {kOne, 2, blue, {}});
  EXPECT_THAT(table_.PeersOn(kOne, "red"), IsEmpty());
  EXPECT_THAT(table_.PeersOn(kOne, "blue"), ElementsAre(Id('a'), Id('b'), Id('c')));
  EXPECT_EQ(table_.CountOn(kOne), 3u);
}

TEST_F(RemotePeers, KnowsThePeersOfAPathInTheOrderOfTheirIds) {
  for (char digit : {'c', 'a', 'b'}) table_.Connect(table_.Add(Id(digit)), {kOne, 0, nullptr, {}});
  table_.Connect(*table_.Find(Id('b')), {kTwo, 0, nullptr, {}});
  EXPECT_THAT(table_.PeersOn(kOne), ElementsAre(Id('a'), Id('b'), Id('c')));
  EXPECT_THAT(table_.PeersOn(kTwo), ElementsAre(Id('b')));
  for (char digit : {'c', 'a', 'b'}) table_.Disconnect(*table_.Find(Id(digit)), kOne);
  EXPECT_THAT(PathsOf(*table_.Find(Id('b'))), ElementsAre(kTwo));
  table_.RemovePath(kOne);
  EXPECT_FALSE(table_.HasPath(kOne));
}

TEST_F(RemotePeers, GoesOnBehindAnyPlace) {
  const SharedText room = std::make_shared<const std::string>("room");
  const SharedText hall = std::make_shared<const std::string>("hall");
  for (const char id : {'a', 'b'}) table_.Connect(table_.Add(Id(id)), {kTwo, 0, room, {}});
  table_.Connect(table_.Add(Id('c')), {kOne, 0, room, {}});
  table_.Connect(table_.Add(Id('d')), {kTwo, 0, hall, {}});
  const auto ids = [](const std::vector<RemotePeerTable::Place>& places) {
    std::vector<PeerId> found;
    for (const RemotePeerTable::Place& place : places) found.push_back(place.id);
    return found;
  };
  EXPECT_THAT(ids(table_.After({}, {}, 9)), ElementsAre(Id('c'), Id('d'), Id('a'), Id('b')));
  EXPECT_THAT(ids(table_.After({kOne, "room", Id('c')}, {}, 2)), ElementsAre(Id('d'), Id('a')));
  EXPECT_THAT(ids(table_.After({kTwo, "room", Id('a')}, {}, 9)), ElementsAre(Id('b')));
  EXPECT_THAT(ids(table_.After({}, "hall", 9)), ElementsAre(Id('d')));
  EXPECT_THAT(ids(table_.After({PathId(3), "", {}}, {}, 9)), IsEmpty());
}

TEST_F(RemotePeers, ForgetsAPeerOnAllItsPaths) {
  RemotePeer& peer = table_.Add(Id('a'));
  table_.Connect(peer, {kOne, 0, nullptr, {}});
  table_.Connect(peer, {kTwo, 0, nullptr, {}});
  table_.Remove(peer);
  EXPECT_EQ(table_.Find(Id('a')), nullptr);
  EXPECT_THAT(table_.PeersOn(kOne), IsEmpty());
  EXPECT_THAT(table_.PeersOn(kTwo), IsEmpty());
  EXPECT_EQ(table_.size(), 0u);
}

}  // namespace
}  // namespace pigeonhub

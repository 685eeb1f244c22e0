// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/namespaces.h"

#include <gtest/gtest.h>

#include <string>

namespace pigeonhub {
namespace {

TEST(NamespaceName, IsAnyTextWithinItsLimitWithoutControlCharacters) {
  EXPECT_TRUE(IsValidNamespaceName("global", 1024));
  EXPECT_TRUE(IsValidNamespaceName("__proto__", 1024));
  EXPECT_TRUE(IsValidNamespaceName(" größe 鳩 🐦 a/b?c=d&e ", 1024));
  EXPECT_TRUE(IsValidNamespaceName(std::string(1024, 'x'), 1024));
  EXPECT_FALSE(IsValidNamespaceName(std::string(1025, 'x'), 1024));
  EXPECT_FALSE(IsValidNamespaceName("", 1024));
  for (const char* name : {"a\nb", "\t", "a\x1f", "\x7f"}) {
    EXPECT_FALSE(IsValidNamespaceName(name, 1024)) << name;
  }
  EXPECT_FALSE(IsValidNamespaceName(std::string_view("a\0b", 3), 1024));
}

TEST(NamespaceTable, KeepsANamespaceAsLongAsItHasAMember) {
  NamespaceTable table;
  Peer local;
  RemotePeer remote;
  Namespace& room = table.FindOrAdd("room");
  EXPECT_EQ(*room.name, "room");
  EXPECT_EQ(&table.FindOrAdd("room"), &room);
  EXPECT_NE(&table.FindOrAdd("Room"), &room);

  room.local.Add({&local, {}, 0});
  table.LocalJoined(room);
  room.remote.Add({&remote, 0});
  EXPECT_EQ(table.with_local_members(), 1u);

  room.local.Remove(local);
  table.LocalLeft(room);
  EXPECT_EQ(table.with_local_members(), 0u);
  EXPECT_EQ(table.Find("room"), &room);

  room.remote.Remove(remote);
  table.RemoteLeft(room);
  EXPECT_EQ(table.Find("room"), nullptr);
}

}  // namespace
}  // namespace pigeonhub

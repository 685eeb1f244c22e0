// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "cli/output/answer.h"
#include "cli/output/message_text.h"
#include "cli/output/table.h"
#include "cli/text/display.h"
#include "pigeonhub/v1/peer_service.pb.h"
#include "server/base/characters.h"

namespace pigeonhub::cli {
namespace {

Table Rooms() {
  return {{{.title = "ID"},
           {.title = "NAME", .shrinks = true},
           {.title = "PEERS"},
           {.title = "NOTE", .wide_only = true}},
          {{"1", "a rather long name of a room", int64_t{7}, "quiet"},
           {"22", "b", int64_t{12345}, "loud"}}};
}

TEST(Table, AlignsColumnsAndNumbersAtTheRight) {
  EXPECT_EQ(Render(Rooms(), {}),
            "ID  NAME                          PEERS\n"
            "1   a rather long name of a room      7\n"
            "22  b                             12345\n");
}

TEST(Table, ShowsEveryColumnWhenWide) {
  const std::string wide = Render(Rooms(), {.format = Format::kWide, .width = 20});
  EXPECT_NE(wide.find("NOTE"), std::string::npos);
  EXPECT_NE(wide.find("a rather long name of a room"), std::string::npos);
}

TEST(Table, ShrinksToTheTerminalAndOnlyThere) {
  const std::string narrow = Render(Rooms(), {.width = 24});
  EXPECT_NE(narrow.find("a rather lon…"), std::string::npos) << narrow;
  for (size_t begin = 0; begin < narrow.size();) {
    const size_t end = narrow.find('\n', begin);
    EXPECT_LE(DisplayWidth(narrow.substr(begin, end - begin)), 24u);
    begin = end + 1;
  }
  EXPECT_EQ(Render(Rooms(), {}).find("…"), std::string::npos);
}

TEST(Table, GoesOnBelowWhereTheLastColumnWraps) {
  const Table table{{{.title = "NAME"}, {.title = "TO DO", .shrinks = true, .wraps = true}},
                    {{"one", "look at the line of the peer"}, {"two", "nothing"}}};
  EXPECT_EQ(Render(table, {.width = 20}),
            "NAME  TO DO\n"
            "one   look at the\n"
            "      line of the\n"
            "      peer\n"
            "two   nothing\n");
  EXPECT_EQ(Render(table, {}), "NAME  TO DO\none   look at the line of the peer\ntwo   nothing\n");
}

TEST(Table, GoesOnBelowTitlesThatWerePrinted) {
  Table table{{{.title = "A LONG TITLE", .shrinks = true}, {.title = "B"}},
              {{"a text that is longer", "b"}}};
  EXPECT_EQ(Render(table, {.width = 10}), "A LONG TITLE  B\na text that…  b\n");
  table.goes_on = true;
  EXPECT_EQ(Render(table, {.width = 10}), "a text that…  b\n");
}

TEST(Table, ColorsOnlyWhereAsked) {
  const Table table{{{.title = "STATUS"}}, {{Cell("bad", Tone::kBad)}}};
  EXPECT_EQ(Render(table, {.width = 80}), "STATUS\nbad\n");
  EXPECT_EQ(Render(table, {.width = 80, .color = true}),
            "\x1b[1mSTATUS\x1b[0m\n\x1b[31mbad\x1b[0m\n");
}

TEST(Table, LetsNoEscapeFromOutsideThrough) {
  const Table table{{{.title = "NAME"}}, {{"\x1b]0;owned\x07"}}};
  EXPECT_EQ(Render(table, {}), "NAME\n\\u001b]0;owned\\u0007\n");
}

v1::Peer Ada() {
  v1::Peer peer;
  peer.set_peer_id("0123456789012345678901234567890123456789");
  peer.set_namespace_("true");
  peer.set_data_json(R"({"note":"a \"quoted\" word: yes"})");
  return peer;
}

// Every format, and every place in a message where strangers choose the text.
TEST(Formats, ShowNoDeceptiveCharacterAsItIs) {
  const std::string persian = "می\u200Cخواهم";
  for (const std::string deceptive : {"\u202E", "\u2066", "\u2069", "\u061C", "\u200F", "\u2028",
                                      "\uFEFF", "\x1b", "\x7f", "\u0085", "\n"}) {
    v1::Peer peer = Ada();
    peer.set_namespace_("x" + deceptive + persian);
    peer.set_data_json(deceptive);
    const Answer answer{.message = &peer,
                        .items = {&peer},
                        .names = {peer.namespace_()},
                        .tables = {Facts({{"Namespace", peer.namespace_()}})},
                        .sentence = peer.namespace_()};
    for (const std::string& name : FormatNames()) {
      const std::string text = Render(answer, {.format = *FormatNamed(name), .width = {}});
      std::string unbroken = text;
      std::erase(unbroken, '\n');
      EXPECT_EQ(Displayable(unbroken), unbroken) << name;
      if (deceptive == "\n") continue;
      EXPECT_EQ(text.find(deceptive), std::string::npos) << name;
    }
  }
}

TEST(ToYaml, ReadsBackAsItWas) {
  v1::Peer peer = Ada();
  peer.set_namespace_("\u202Ea\u2066\u200D\n\u061C\x7f\\u202e");
  EXPECT_EQ(YAML::Load(ToYaml(peer))["namespace"].Scalar(), peer.namespace_());
  EXPECT_EQ(YAML::Load(ToJson(peer))["namespace"].Scalar(), peer.namespace_());
}

TEST(ToJson, KeepsZeroesAndIndentsByTwo) {
  const std::string json = ToJson(Ada());
  EXPECT_NE(json.find("\n  \"isHub\": false,\n"), std::string::npos) << json;
  EXPECT_EQ(json.back(), '\n');
  EXPECT_EQ(ToJsonLine(Ada()).find('\n'), std::string::npos);
}

TEST(ToYaml, QuotesWhatWouldBeReadAsAnotherType) {
  EXPECT_EQ(ToYaml(Ada()),
            "peerId: \"0123456789012345678901234567890123456789\"\n"
            "namespace: \"true\"\n"
            "isHub: false\n"
            "remoteAddress: \"\"\n"
            "dataJson: \"{\\\"note\\\":\\\"a \\\\\\\"quoted\\\\\\\" word: yes\\\"}\"\n"
            "messageCount: \"0\"\nreceivedBytes: \"0\"\nsentSignalCount: \"0\"\n"
            "receivedSignalCount: \"0\"\nannouncedBytes: \"0\"\nqueueBytes: \"0\"\nhubId: \"\"\n");
}

TEST(ToYaml, WritesListsAsBlocksAndEmptyOnesInLine) {
  v1::ListPeersResponse list;
  EXPECT_EQ(ToYaml(list), "peers: []\nnextPageToken: \"\"\nunreachable: []\ncursors: []\n");
  list.add_peers()->set_peer_id("ab");
  EXPECT_EQ(ToYaml(list).substr(0, 23), "peers:\n  - peerId: ab\n ") << ToYaml(list);
}

}  // namespace
}  // namespace pigeonhub::cli

// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/event_files.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "tests/cli/run.h"

namespace pigeonhub::cli {
namespace {

using Typed = std::vector<std::string>;

// A line of the hub `hub` at 12:MM:00.
std::string Line(int seq, int minute, const std::string& body, const std::string& hub = "ab") {
  const std::string two = (minute < 10 ? "0" : "") + std::to_string(minute);
  return R"({"epoch":"c0ffee","seq":")" + std::to_string(seq) + R"(","time":"2026-03-01T10:)" +
         two + R"(:00Z","hubId":")" + hub + R"(",)" + body + "}\n";
}

std::string Left(const std::string& reason, const std::string& address) {
  return R"("kind":"EVENT_KIND_PEER_DISCONNECTED","peerDisconnected":{"peerId":"cd","reason":"REASON_)" +
         reason + R"(","remoteAddress":")" + address + R"(","namespace":"chat"})";
}

std::string Refused(int count, const std::string& address) {
  return R"("kind":"EVENT_KIND_PEER_REFUSED","peerRefused":{"reason":"REASON_ADDRESS_RATE","count":")" +
         std::to_string(count) + R"(","remoteAddress":")" + address + R"("})";
}

class EventFilesTest : public testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& text) {
    WriteFile(folder_.path() + "/" + name, text);
    return folder_.path() + "/" + name;
  }
  Outcome Events(Typed words, const std::string& in = "") {
    words.insert(words.begin(), "events");
    return RunPigeonctl(words, {.in = in});
  }

  TemporaryDirectory folder_;
};

TEST_F(EventFilesTest, AreReadWithWhatWasRenamedTheOldestFirst) {
  Write("e.2", Line(1, 1, Left("GOODBYE", "10.0.0.1")));
  Write("e.1", Line(2, 2, Left("GOODBYE", "10.0.0.1")));
  const std::string file = Write("e", Line(3, 3, Left("GOODBYE", "10.0.0.1")));
  EXPECT_EQ(Events({"--file", file, "-o", "name"}).out, "1\n2\n3\n");
  EXPECT_EQ(Events({"--file", file, "-o", "name", "--limit", "2"}).out, "2\n3\n");
}

TEST_F(EventFilesTest, AreReadToTheEndWhileTheirHubRenamesThem) {
  const auto line = [](int seq) { return Line(seq, seq, Refused(1, "::1")); };
  const std::string file = Write("e", line(3));
  Write("e.1", line(2));
  Write("e.2", line(1));
  std::istringstream in;
  std::vector<uint64_t> read;
  std::vector<std::string> trouble;
  const absl::Status status =
      ReadEventFiles({file}, in, std::nullopt,
                     {.on_item =
                          [&](const v1::WatchEventsResponse& item, auto, size_t) {
                            read.push_back(item.event().seq());
                            if (read.size() > 1) return;
                            std::filesystem::rename(file + ".2", file + ".3");
                            std::filesystem::rename(file + ".1", file + ".2");
                            std::filesystem::rename(file, file + ".1");
                            Write("e", line(4));
                          },
                      .on_trouble = [&](const std::string& text) { trouble.push_back(text); }});
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(read, (std::vector<uint64_t>{1, 2, 3})) << "what was there when it began";
  EXPECT_TRUE(trouble.empty());
}

TEST_F(EventFilesTest, AreReadOnceAndPastANumberThatNobodyHas) {
  const auto line = [](int seq) { return Line(seq, seq, Refused(1, "::1")); };
  const std::string file = Write("e", line(3));
  Write("e.1", line(3));  // renamed after it was opened
  Write("e.3", line(1));  // .2 is on its way
  EXPECT_EQ(Events({"--file", file, "-o", "name"}).out, "1\n3\n");
}

TEST_F(EventFilesTest, AreFilteredAsAHubDoes) {
  const std::string file = Write(
      "e", Line(1, 1, Left("GOODBYE", "10.0.0.1")) +
               Line(2, 2, Left("TRANSPORT_LOST", "10.0.0.2")) + Line(3, 3, Refused(7, "10.0.0.2")) +
               Line(4, 4, R"("kind":"EVENT_KIND_SIGNAL_DROPPED","signalDropped":{})"));
  const auto found = [&](Typed words) {
    words.insert(words.begin(), {"--file", file, "-o", "name"});
    return Events(words).out;
  };
  EXPECT_EQ(found({}), "1\n2\n3\n");
  EXPECT_EQ(found({"--kind", "signalDropped"}), "4\n");
  EXPECT_EQ(found({"--reason", "transport_lost", "--reason", "address-rate"}), "2\n3\n");
  EXPECT_EQ(found({"--address", "10.0.0.2"}), "2\n3\n");
  EXPECT_EQ(found({"--namespace", "chat"}), "1\n2\n");
  EXPECT_EQ(found({"--peer", "c"}), "1\n2\n") << "whose id begins so";
  EXPECT_EQ(found({"--since", "10:02", "--until", "10:03"}), "2\n");
  EXPECT_EQ(found({"--since", "2026-03-01T11:03:00+01:00"}), "3\n");
  EXPECT_EQ(found({"--from-seq", "3", "--epoch", "c0ffee"}), "3\n");
  EXPECT_EQ(Events({"--file", file, "--reason", "transport_lots"}).err,
            "pigeonctl: --reason cannot be \"transport_lots\"; did you mean transport_lost?\n");
}

TEST_F(EventFilesTest, OfSeveralHubsComeInTheOrderOfTime) {
  const std::string one = Write("one", Line(1, 1, Left("GOODBYE", "10.0.0.1"), "aa") +
                                           Line(2, 4, Left("GOODBYE", "10.0.0.1"), "aa"));
  const std::string other = Write("other", Line(7, 2, Left("GOODBYE", "10.0.0.1"), "bb") +
                                               Line(8, 3, Left("GOODBYE", "10.0.0.1"), "bb"));
  EXPECT_EQ(Events({"--file", one, "--file", other, "-o", "name"}).out, "1\n7\n8\n2\n");
  EXPECT_EQ(Events({"summary", "--by", "hub", "--file", one, "--file", other, "-o", "jsonl"}).out,
            "{\"name\":\"aa\",\"count\":\"2\"}\n{\"name\":\"bb\",\"count\":\"2\"}\n");
}

TEST_F(EventFilesTest, TellGapsWhereTheyStandAndLinesThatAreNoEvents) {
  const std::string file =
      Write("e", Line(1, 1, Left("GOODBYE", "10.0.0.1")) +
                     R"({"gap":{"missing":"5","resume":{"epoch":"c0ffee","seq":"7"}}})" +
                     "\n{\"epo\n" + Line(7, 2, Left("GOODBYE", "10.0.0.1")));
  const Outcome outcome = Events({"--file", file});
  EXPECT_EQ(outcome.code, 8);
  EXPECT_NE(outcome.out.find("5 events are missing before 7"), std::string::npos) << outcome.out;
  EXPECT_EQ(outcome.err, "pigeonctl: " + file + ": 1 line is no event, and was left out\n");
  EXPECT_EQ(Events({"--file", file, "--limit", "1", "-o", "name"}).out, "7\n");
  EXPECT_EQ(Events({"--file", file, "--since", "10:05"}).code, 0) << "the gap was before";
}

TEST_F(EventFilesTest, MayBeStandardInput) {
  EXPECT_EQ(Events({"--file", "-", "-o", "name"}, Line(9, 1, Refused(1, "::1"))).out, "9\n");
}

TEST_F(EventFilesTest, AreSummedUp) {
  const std::string file = Write("e", Line(1, 1, Left("GOODBYE", "10.0.0.1")) +
                                          Line(2, 2, Left("TRANSPORT_LOST", "10.0.0.2")) +
                                          Line(3, 3, Refused(7, "10.0.0.2")));
  const auto by = [&](const std::string& what) {
    return Events({"summary", "--file", file, "--by", what}).out;
  };
  EXPECT_EQ(by("address"), "ADDRESS   COUNT\n10.0.0.2      8\n10.0.0.1      1\ntotal         9\n");
  EXPECT_EQ(by("namespace"),
            "NAMESPACE  COUNT\n-              7\nchat           2\ntotal          9\n");
  EXPECT_EQ(by("reason"),
            "REASON          COUNT\naddress_rate        7\ngoodbye             1\n"
            "transport_lost      1\ntotal               9\n");
  EXPECT_EQ(Events({"summary", "--file", file}).out,
            "KIND              COUNT\npeerRefused           7\npeerDisconnected      2\n"
            "total                 9\n");
}

TEST_F(EventFilesTest, CountALimitInTheNamespaceThatCameToItMost) {
  const std::string hit =
      R"("kind":"EVENT_KIND_LIMIT_HIT","limitHit":{"reason":"REASON_RATE_LIMIT","count":"4",)"
      R"("namespaces":[{"namespace":"noisy","count":"3"},{"namespace":"chat","count":"1"}]})";
  const std::string file = Write("e", Line(1, 1, hit));
  EXPECT_EQ(Events({"summary", "--by", "namespace", "--file", file, "-o", "jsonl"}).out,
            "{\"name\":\"noisy\",\"count\":\"4\"}\n");
  EXPECT_EQ(Events({"--namespace", "chat", "--file", file, "-o", "name"}).out, "1\n");
  EXPECT_EQ(Events({"--namespace", "hall", "--file", file, "-o", "name"}).out, "");
}

TEST_F(EventFilesTest, PassOverWhatIsOlderThanAskedFor) {
  const std::string old = Write("e.1", "unreadable\n");
  std::filesystem::last_write_time(
      old, std::filesystem::file_time_type::clock::now() - std::chrono::hours(24 * 3650));
  const std::string file = Write("e", Line(3, 3, Refused(7, "10.0.0.2")));
  EXPECT_EQ(Events({"--file", file, "--since", "5h"}).err, "");
  EXPECT_NE(Events({"--file", file}).err, "");
}

TEST_F(EventFilesTest, AreMissedByName) {
  const Outcome outcome = Events({"--file", folder_.path() + "/none"});
  EXPECT_EQ(outcome.code, 5);
  EXPECT_NE(outcome.err.find("cannot read the file "), std::string::npos) << outcome.err;
  EXPECT_EQ(Events({"--file", folder_.path()}).code, 5);
  EXPECT_EQ(Events({"--file", "x", "-f"}).code, 2);
}

TEST(EventLine, IsAnEventOrAGap) {
  EXPECT_TRUE(
      ParseEventLine(R"({"epoch":"a","seq":"1","kind":"EVENT_KIND_STOPPED","stopped":{}})"));
  EXPECT_TRUE(ParseEventLine(R"({"seq":"1","kind":"EVENT_KIND_OF_A_NEWER_HUB","newer":{}})"));
  EXPECT_TRUE(ParseEventLine(R"({"gap":{"missing":"5"}})"));
  for (const char* wrong : {"", "{", "{}", "[]", "null", "7", R"({"seq":"0"})", R"({"seq":"-1"})",
                            R"({"gap":7})", R"({"level":"info","msg":"serving"})", "\xff\xfe"}) {
    EXPECT_FALSE(ParseEventLine(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace pigeonhub::cli

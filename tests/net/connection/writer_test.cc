// SPDX-License-Identifier: Apache-2.0

#include "server/net/connection/writer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "tests/net/connection/fake_socket.h"

namespace pigeonhub::net {
namespace {

class WriterTest : public testing::Test {
 protected:
  static SteadyTime At(int seconds) { return SteadyTime(std::chrono::seconds(seconds)); }

  Wire wire_;
  FakeSocket socket_{wire_};
  std::atomic<uint64_t> queued_bytes_{7};  // of other connections
  SpareChunks spare_chunks_;
  std::optional<Writer> writer_{std::in_place, socket_, queued_bytes_, spare_chunks_};
};

TEST_F(WriterTest, WritesInOneGoWhatWasAppendedBefore) {
  writer_->Append("ab", "cd", At(1));
  writer_->Append("ef", {}, At(1));
  EXPECT_TRUE(wire_.writes.empty());
  EXPECT_TRUE(writer_->Flush(At(1)));
  EXPECT_EQ(wire_.writes, std::vector<std::string>{"abcdef"});
  EXPECT_TRUE(writer_->empty());
}

TEST_F(WriterTest, AwaitsASocketThatIsFullAndGoesOnWhereItStopped) {
  wire_.room = 3;
  writer_->Append("abcdef", {}, At(1));
  EXPECT_TRUE(writer_->Flush(At(1)));
  EXPECT_TRUE(writer_->blocked());
  EXPECT_TRUE(wire_.awaits_writable);
  EXPECT_EQ(writer_->bytes(), 3u);
  wire_.room = 100;
  writer_->OnWritable();
  EXPECT_FALSE(writer_->blocked());
  EXPECT_TRUE(writer_->Flush(At(1)));
  EXPECT_EQ(wire_.written, "abcdef");
}

TEST_F(WriterTest, KeepsNoLargeChunkWhileItWaitsForItsReader) {
  spare_chunks_.Give(std::string(4000, '.'));
  wire_.room = 1;
  writer_->Append("abc", {}, At(1));
  EXPECT_EQ(spare_chunks_.count(), 0u);
  EXPECT_TRUE(writer_->Flush(At(1)));
  EXPECT_EQ(spare_chunks_.count(), 1u);
  EXPECT_EQ(writer_->bytes(), 2u);
}

TEST_F(WriterTest, AwaitsAFullSocketOnlyOnce) {
  wire_.room = 0;
  writer_->Append("abc", {}, At(1));
  EXPECT_TRUE(writer_->Flush(At(1)));
  wire_.awaits_writable = false;
  EXPECT_TRUE(writer_->Flush(At(1)));
  EXPECT_FALSE(wire_.awaits_writable);
}

TEST_F(WriterTest, KnowsWhenBytesLastLeftOrBeganToWait) {
  wire_.room = 2;
  writer_->Append("abc", {}, At(1));
  EXPECT_EQ(writer_->progress_at(), At(1));
  EXPECT_TRUE(writer_->Flush(At(2)));
  EXPECT_EQ(writer_->progress_at(), At(2));
  writer_->Append("d", {}, At(3));
  EXPECT_TRUE(writer_->Flush(At(4)));
  EXPECT_EQ(writer_->progress_at(), At(2)) << "nothing has left since";
}

TEST_F(WriterTest, CountsWhatWaitsInTheSumOfTheLoop) {
  wire_.room = 4;
  writer_->Append("abcdef", {}, At(1));
  EXPECT_EQ(queued_bytes_, 13u);
  EXPECT_TRUE(writer_->Flush(At(1)));
  EXPECT_EQ(queued_bytes_, 9u);
  writer_->Append("gh", {}, At(1));
  EXPECT_EQ(queued_bytes_, 11u);
  writer_.reset();
  EXPECT_EQ(queued_bytes_, 7u) << "a writer that goes takes its bytes along";
}

TEST_F(WriterTest, KeepsNothingOfALostConnection) {
  writer_->Append("abc", {}, At(1));
  wire_.broken = true;
  EXPECT_FALSE(writer_->Flush(At(1)));
  EXPECT_TRUE(writer_->empty());
  EXPECT_EQ(queued_bytes_, 7u);
}

}  // namespace
}  // namespace pigeonhub::net

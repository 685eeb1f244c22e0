// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <cstdint>
#include <list>
#include <random>
#include <string>
#include <string_view>
#include <vector>
#include <websocketpp/utf8_validator.hpp>

namespace {

using websocketpp::utf8_validator::validate;
using websocketpp::utf8_validator::validator;

struct Sample {
  const char* name;
  std::string bytes;
};

std::vector<Sample> Valid() {
  using namespace std::string_literals;
  return {
      {"nothing", ""},
      {"NUL", "\0"s},
      {"ASCII up to DEL", "\x01 ~\x7F"},
      {"first and last of two bytes", "\xC2\x80\xDF\xBF"},
      {"first and last of three bytes", "\xE0\xA0\x80\xEF\xBF\xBF"},
      {"last before the surrogates", "\xED\x9F\xBF"},
      {"first after the surrogates", "\xEE\x80\x80"},
      {"first and last of four bytes", "\xF0\x90\x80\x80\xF4\x8F\xBF\xBF"},
      {"byte order mark", "\xEF\xBB\xBFx"},
      {"a bird in a long line", std::string(61, 'a') + "\xF0\x9F\x95\x8A" + std::string(77, 'b')},
      {"two bytes at the end of 32", std::string(30, 'a') + "\xC3\xA9"},
      {"two bytes across 32", std::string(31, 'a') + "\xC3\xA9" + std::string(40, 'b')},
      {"Greek", "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5"},
  };
}

// Wrong at some byte, whatever follows.
std::vector<Sample> Invalid() {
  return {
      {"lone continuation", "\x80"},
      {"last continuation", "a\xBF"},
      {"overlong slash in two", "\xC0\xAF"},
      {"overlong C1", "\xC1\xBF"},
      {"overlong in three", "\xE0\x9F\xBF"},
      {"overlong in four", "\xF0\x8F\xBF\xBF"},
      {"first surrogate", "\xED\xA0\x80"},
      {"last surrogate", "\xED\xBF\xBF"},
      {"surrogate pair", "\xED\xA0\xBD\xED\xB5\x8A"},
      {"above U+10FFFF", "\xF4\x90\x80\x80"},
      {"F5", "\xF5\x80\x80\x80"},
      {"FE", "\xFE"},
      {"FF", "\xFF"},
      {"character cut by ASCII", "\xE2\x82x"},
      {"character cut by a lead byte", "\xE2\x82\xC3\xA9"},
      {"one continuation too many", "\xC3\xA9\xA9"},
      {"high byte deep in ASCII", std::string(71, 'a') + "\xFF" + std::string(40, 'a')},
  };
}

// Right so far, but the last character is not whole.
std::vector<Sample> Unfinished() {
  return {
      {"two bytes less one", "\xC3"},
      {"three bytes less one", "\xE2\x82"},
      {"three bytes less two", "\xE2"},
      {"four bytes less one", "\xF0\x9F\x95"},
      {"four bytes less three", std::string(64, 'a') + "\xF0"},
  };
}

// RFC 3629 read off the definition: take a whole character, compute its code point, and refuse it
// if it had a shorter form, is a surrogate, or is too large. Shares no idea with the code under
// test.
bool NaivelyValid(std::string_view text) {
  for (size_t i = 0; i < text.size();) {
    const uint8_t lead = text[i];
    const size_t length = lead < 0x80            ? 1
                          : lead >> 5 == 0b110   ? 2
                          : lead >> 4 == 0b1110  ? 3
                          : lead >> 3 == 0b11110 ? 4
                                                 : 0;
    if (length == 0 || i + length > text.size()) return false;
    uint32_t code_point = length == 1 ? lead : lead & (0x7F >> length);
    for (size_t k = 1; k < length; ++k) {
      const uint8_t byte = text[i + k];
      if (byte >> 6 != 0b10) return false;
      code_point = code_point << 6 | (byte & 0x3F);
    }
    constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (code_point < kLeast[length] || code_point > 0x10FFFF) return false;
    if (code_point >= 0xD800 && code_point <= 0xDFFF) return false;
    i += length;
  }
  return true;
}

bool AcceptsInTwoPieces(const std::string& text, size_t split) {
  validator v;
  const auto middle = text.begin() + static_cast<std::ptrdiff_t>(split);
  return v.decode(text.begin(), middle) && v.decode(middle, text.end()) && v.complete();
}

bool AcceptsByteByByte(const std::string& text) {
  validator v;
  for (const char c : text) {
    if (!v.consume(static_cast<uint8_t>(c))) return false;
  }
  return v.complete();
}

void ExpectVerdictHoweverItArrives(const Sample& sample, bool valid) {
  SCOPED_TRACE(sample.name);
  EXPECT_EQ(NaivelyValid(sample.bytes), valid) << "the reference decoder is wrong";
  EXPECT_EQ(validate(sample.bytes), valid);
  EXPECT_EQ(AcceptsByteByByte(sample.bytes), valid);
  for (size_t split = 0; split <= sample.bytes.size(); ++split) {
    EXPECT_EQ(AcceptsInTwoPieces(sample.bytes, split), valid) << "split at " << split;
  }
}

TEST(Utf8Validator, AcceptsEveryFormOfACharacterHoweverItIsSplit) {
  for (const Sample& sample : Valid()) ExpectVerdictHoweverItArrives(sample, true);
}

TEST(Utf8Validator, RefusesWhatRfc3629ForbidsHoweverItIsSplit) {
  for (const Sample& sample : Invalid()) ExpectVerdictHoweverItArrives(sample, false);
}

TEST(Utf8Validator, RefusesWrongBytesAtOnceAndNotOnlyAtTheEnd) {
  for (const Sample& sample : Invalid()) {
    validator v;
    EXPECT_FALSE(v.decode(sample.bytes.begin(), sample.bytes.end())) << sample.name;
  }
}

TEST(Utf8Validator, WaitsForTheRestOfACharacterButDoesNotCallItComplete) {
  for (const Sample& sample : Unfinished()) {
    ExpectVerdictHoweverItArrives(sample, false);
    validator v;
    EXPECT_TRUE(v.decode(sample.bytes.begin(), sample.bytes.end())) << sample.name;
    EXPECT_FALSE(v.complete()) << sample.name;
  }
}

TEST(Utf8Validator, StaysRefusedUntilReset) {
  validator v;
  EXPECT_FALSE(v.consume(0xFF));
  EXPECT_FALSE(v.consume('a'));
  const std::string nothing;
  EXPECT_FALSE(v.decode(nothing.begin(), nothing.end()));
  EXPECT_FALSE(v.complete());
  v.reset();
  EXPECT_TRUE(v.consume('a'));
  EXPECT_TRUE(v.complete());
}

TEST(Utf8Validator, ReadsIteratorsThatAreNotContiguous) {
  const std::list<char> bird{'\xF0', '\x9F', '\x95', '\x8A'};
  validator v;
  EXPECT_TRUE(v.decode(bird.begin(), bird.end()));
  EXPECT_TRUE(v.complete());
}

// Every sequence of up to three bytes: all leads with all second and third bytes.
TEST(Utf8Validator, AgreesWithTheDefinitionOnEverySequenceOfThreeBytes) {
  std::string text(3, '\0');
  for (uint32_t n = 0x800000; n < 0x1000000; ++n) {  // ASCII leads are the other half
    text[0] = static_cast<char>(n >> 16);
    text[1] = static_cast<char>(n >> 8);
    text[2] = static_cast<char>(n);
    if (validate(text) != NaivelyValid(text)) FAIL() << std::hex << n;
  }
}

TEST(Utf8Validator, AgreesWithTheDefinitionOnRandomText) {
  std::mt19937 random(20230610);
  const char* const pieces[] = {"a",
                                "\xC3\xA9",
                                "\xE2\x82\xAC",
                                "\xF0\x9F\x95\x8A",
                                "\xF4\x8F\xBF\xBF",
                                "\xEE\x80\x80",
                                "sdp: a=rtpmap ",
                                "0123456789abcdef0123456789abcdef"};
  int valid = 0;
  for (int round = 0; round < 50'000; ++round) {
    std::string text;
    for (unsigned count = random() % 12; count > 0; --count) text += pieces[random() % 8];
    if (!text.empty() && random() % 2 == 0)
      text[random() % text.size()] = static_cast<char>(random());
    const bool expected = NaivelyValid(text);
    valid += expected;
    ASSERT_EQ(validate(text), expected) << testing::PrintToString(text);
    ASSERT_EQ(AcceptsInTwoPieces(text, random() % (text.size() + 1)), expected);
  }
  EXPECT_GT(valid, 10'000);
  EXPECT_LT(valid, 40'000);
}

}  // namespace

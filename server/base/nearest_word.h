// SPDX-License-Identifier: Apache-2.0
//
// "did you mean": the word that was probably meant by one that does not exist.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pigeonhub {

// The nearest of `known` by insertions, deletions, replacements and swaps of neighbors; of equally
// near ones the first. Empty if none is near enough to be meant.
std::string Nearest(std::string_view word, const std::vector<std::string>& known);

// "; did you mean KNOWN?", or nothing.
std::string DidYouMean(std::string_view word, const std::vector<std::string>& known);

// The words with commas between them.
std::string Listed(const std::vector<std::string>& words);

}  // namespace pigeonhub

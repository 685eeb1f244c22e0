// SPDX-License-Identifier: Apache-2.0

#pragma once

namespace pigeonhub {

// A visitor for std::visit out of one lambda for each type: Overloaded{[](A) { … }, [](B) { … }}.
template <typename... Fs>
struct Overloaded : Fs... {
  using Fs::operator()...;
};
template <typename... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

}  // namespace pigeonhub

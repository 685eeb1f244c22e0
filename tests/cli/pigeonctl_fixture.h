// SPDX-License-Identifier: Apache-2.0
//
// pigeonctl and a small hub that it asks.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/cli/fake_control.h"
#include "tests/cli/run.h"

namespace pigeonhub::cli {

using Typed = std::vector<std::string>;

// Each file of tests has a name of its own for it.
class PigeonctlFixture : public testing::Test {
 protected:
  PigeonctlFixture() { ServeSmallHub(server_); }

  Outcome Run(const Typed& words) {
    return RunPigeonctl(words, {.variables = {{"PIGEONCTL_SERVER", server_.address()}}});
  }

  FakeServer server_;
};

}  // namespace pigeonhub::cli

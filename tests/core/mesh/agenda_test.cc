// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/agenda.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/core_text.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr SteadyTime kAgendaBegan{1h};

TEST(Agenda, NamesWhomWasTouchedOnceAndInOrder) {
  Agenda agenda;
  EXPECT_FALSE(agenda.has_touched());
  for (char hub : {'c', 'a', 'c', 'b'}) agenda.Touch(Id(hub));
  EXPECT_TRUE(agenda.has_touched());
  EXPECT_THAT(agenda.TakeTouched(), ElementsAre(Id('a'), Id('b'), Id('c')));
  EXPECT_THAT(agenda.TakeTouched(), IsEmpty());
}

TEST(Agenda, NamesWhoseTimeHasCome) {
  Agenda agenda;
  EXPECT_EQ(agenda.NextDeadline(), std::nullopt);
  agenda.Plan(Id('a'), kAgendaBegan + 3s);
  agenda.Plan(Id('b'), kAgendaBegan + 2s);
  agenda.Plan(Id('c'), kAgendaBegan + 4s);
  EXPECT_EQ(agenda.NextDeadline(), kAgendaBegan + 2s);
  EXPECT_THAT(agenda.TakeDue(kAgendaBegan + 1s), IsEmpty());
  EXPECT_THAT(agenda.TakeDue(kAgendaBegan + 3s), ElementsAre(Id('b'), Id('a')));
  EXPECT_EQ(agenda.NextDeadline(), kAgendaBegan + 4s);
}

TEST(Agenda, KeepsOneTimeForEach) {
  Agenda agenda;
  agenda.Plan(Id('a'), kAgendaBegan + 3s);
  agenda.Plan(Id('a'), kAgendaBegan + 1s);
  EXPECT_THAT(agenda.TakeDue(kAgendaBegan + 1s), ElementsAre(Id('a')));
  EXPECT_THAT(agenda.TakeDue(kAgendaBegan + 3s), IsEmpty());
  agenda.Plan(Id('a'), kAgendaBegan + 3s);
  agenda.Plan(Id('a'), std::nullopt);
  EXPECT_EQ(agenda.NextDeadline(), std::nullopt);
}

}  // namespace
}  // namespace pigeonhub

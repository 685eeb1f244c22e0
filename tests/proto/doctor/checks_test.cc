// SPDX-License-Identifier: Apache-2.0

#include "proto/doctor/checks.h"

#include <gtest/gtest.h>

#include <cstdio>

namespace pigeonhub::doctor {
namespace {

TEST(Checks, HaveCodesInTheirOrder) {
  int number = 0;
  for (const CheckText& text : CheckTexts()) {
    char code[16];
    snprintf(code, sizeof code, "PH-D%02d", ++number);
    EXPECT_EQ(text.code, code);
    EXPECT_EQ(static_cast<int>(text.check), number - 1);
  }
}

TEST(Checks, SayWhatHoldsWhatDoesNotAndWhatToDo) {
  for (const CheckText& text : CheckTexts()) {
    Diagnoses found;
    AddWell(found, text.check, "a hub");
    AddIll(found, text.check, "a hub", "seen");
    AddError(found, text.check, "a hub", "");
    ASSERT_EQ(found.size(), 3);
    EXPECT_EQ(found[0].severity(), v1::DIAGNOSIS_SEVERITY_OK);
    EXPECT_EQ(found[0].text(), text.well);
    EXPECT_EQ(found[0].advice(), "");
    EXPECT_EQ(found[1].severity(), text.severity);
    EXPECT_EQ(found[1].text(), std::string(text.ill) + ": seen");
    EXPECT_EQ(found[1].advice(), text.advice);
    EXPECT_EQ(found[2].severity(), v1::DIAGNOSIS_SEVERITY_ERROR);
    EXPECT_EQ(found[2].text(), text.ill);
    for (const v1::Diagnosis& each : found) {
      EXPECT_EQ(each.code(), text.code);
      EXPECT_EQ(each.subject(), "a hub");
    }
  }
}

}  // namespace
}  // namespace pigeonhub::doctor

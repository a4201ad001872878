//===- Comparison.cpp - findings against an earlier state -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "model/Comparison.h"

namespace nostall {

std::string_view name(FindingState S) {
  switch (S) {
  case FindingState::New:
    return "new";
  case FindingState::Updated:
    return "updated";
  case FindingState::Unchanged:
    return "unchanged";
  case FindingState::Absent:
    return "absent";
  }
  return "";
}

} // namespace nostall

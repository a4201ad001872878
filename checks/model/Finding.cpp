//===- Finding.cpp - the result of a check ----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "model/Finding.h"

namespace nostall {

std::string_view name(Severity S) {
  switch (S) {
  case Severity::Note:
    return "note";
  case Severity::Warning:
    return "warning";
  case Severity::Error:
    return "error";
  }
  return "";
}

std::string_view name(FindingConfidence C) {
  switch (C) {
  case FindingConfidence::Low:
    return "low";
  case FindingConfidence::Medium:
    return "medium";
  case FindingConfidence::High:
    return "high";
  }
  return "";
}

std::string_view name(MeasuredState S) {
  switch (S) {
  case MeasuredState::Confirmed:
    return "confirmed";
  case MeasuredState::Ran:
    return "ran";
  case MeasuredState::NotExecuted:
    return "not-executed";
  case MeasuredState::Unknown:
    return "unknown";
  }
  return "";
}

std::string_view name(BlindKind K) {
  switch (K) {
  case BlindKind::UnresolvedCall:
    return "unresolved-call";
  case BlindKind::UnknownFunction:
    return "unknown-function";
  case BlindKind::UndecidedValue:
    return "undecided-value";
  }
  return "";
}

} // namespace nostall

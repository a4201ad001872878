//===- Words.h - causes and amounts in words --------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/Amounts.h"
#include "reporter/StallReport.h"

#include <string_view>

namespace nostall::report {

/// The machine did it to the program: no change of the program mends it.
bool isMachineMade(const std::string &Cause);

/// The thread was busy, not blocked.
bool isComputing(const std::string &Cause);

/// "blocked in fsync (file)", "waited for a mutex held by thread 12 in flush()"
std::string causeText(const Signature &S);

/// "flush()": the innermost function that is no library's; the module where it
/// has no name. Empty without frames.
std::string programPlace(const Stack &Frames);

/// "exact", "moved", "sink"
std::string_view matchName(MatchKind How);

/// "0.04 %", "12 %"
std::string percentText(double Part);

} // namespace nostall::report

//===- Aggregate.h - from traces to one report ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "reporter/KindTable.h"
#include "reporter/StallReport.h"
#include "reporter/Symbolizer.h"
#include "reporter/TraceReader.h"

#include <memory>
#include <unordered_map>

namespace nostall::report {

/// Puts traces of any number of runs and hosts together.
class Aggregator {
public:
  /// \p Rules count what they silence.
  /// \p WithSites: StallReport::Sites is wanted too; naming their frames takes
  /// time.
  Aggregator(Symbolizer &Symbols, std::vector<SuppressionUse> Rules,
             bool WithSites);

  void add(const Trace &T);
  StallReport finish();

private:
  class OneTrace;

  Symbolizer &Symbols;
  bool WithSites;
  size_t SiteFrames = 0; ///< In StallReport::Sites: a damaged trace may repeat one.
  StallReport Report;
  KindTable Program, Machine, Unfinished;
};

/// Leaves the \p Count kinds that took most, and their stalls, in each list.
void keepTop(StallReport &Report, size_t Count);

} // namespace nostall::report

//===- KindTable.h - gathers stalls of one kind -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "reporter/StallReport.h"

#include <map>

namespace nostall::report {

/// 16 hexadecimal digits: docs/formats.md.
std::string signatureId(const std::string &Cause, const std::string &Call,
                        const Stack &Frames);

/// Stalls by signature.
class KindTable {
public:
  /// What a stall, or several, add to their kind.
  struct Addition {
    std::string Cause;
    std::string Call;
    const Stack &Frames;
    bool Truncated = false;
    std::string Thread;
    uint64_t Count = 1; ///< More: only their number, sum and maximum are known.
    uint64_t TotalNs = 0;
    uint64_t MaxNs = 0;
    uint64_t Victims = 0;
    TimeSplit Split;
    // Shown when it is the longest.
    const Stack &OwnerFrames;
    std::string Owner;
    std::string Task;
  };

  /// The id of the kind that it was added to.
  std::string add(const Addition &A);

  /// By total time, the longest first.
  std::vector<Signature> take();

private:
  struct Kind {
    Signature S;
    /// Durations and how many stalls may have lasted that long.
    std::vector<std::pair<uint64_t, uint64_t>> Durations;
    std::map<std::string, ThreadShare> Threads;
  };
  std::map<std::string, Kind> Kinds; ///< By id.
};

/// The nearest rank of \p Permille in durations and their counts, which get
/// sorted.
uint64_t quantile(std::vector<std::pair<uint64_t, uint64_t>> &Durations,
                  unsigned Permille);

} // namespace nostall::report

//===- Measured.h - what a run said of a finding ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Static analysis predicts, the probe measures: plain values for what comes of
// putting the two together.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace nostall {

enum class MeasuredState : uint8_t {
  Confirmed,   ///< A stall was seen there.
  Ran,         ///< Seen to run, and never to stall.
  NotExecuted, ///< Did not run.
  Unknown,     ///< The trace cannot tell.
};
std::string_view name(MeasuredState S);

/// What traces say of one finding.
struct Measured {
  MeasuredState State = MeasuredState::Unknown;
  // Of the stalls that it predicted.
  uint64_t Count = 0;
  uint64_t TotalNs = 0;
  uint64_t MaxNs = 0;
  uint64_t P99Ns = 0;
  uint64_t Victims = 0; ///< Events that were ready and waited meanwhile.
  // Of the blocking calls, stalls or not; 0 where they were not counted.
  uint64_t Calls = 0;
  uint64_t CallsTotalNs = 0;
  uint64_t CallsMaxNs = 0;
  std::vector<std::string> Signatures; ///< Of the stalls, by their ids.
};

/// Why the analysis does not see what happens in a call.
enum class BlindKind : uint8_t {
  UnresolvedCall,  ///< Through a pointer or virtual, with no known target.
  UnknownFunction, ///< Neither body nor knowledge.
  UndecidedValue,  ///< Blocks or not, depending on a value that nothing shows.
};
std::string_view name(BlindKind K);

struct BlindSpot {
  // Sorted by function first.
  std::string Function; ///< The enclosing one, as in findings.
  std::string File;
  uint32_t Line = 0;
  BlindKind Kind = BlindKind::UnresolvedCall;
  std::string Callee; ///< May be empty.
  friend auto operator<=>(const BlindSpot &, const BlindSpot &) = default;
};

/// What an analysis covered: to say why it did not predict something.
struct AnalysisScope {
  std::vector<std::string> Files;     ///< With bodies of the project; sorted.
  std::vector<std::string> Functions; ///< That run on an event loop; sorted.
  std::vector<BlindSpot> Blind;       ///< In these functions; sorted.
};

} // namespace nostall

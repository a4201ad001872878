//===- Finding.h - the result of a check ------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A finding carries all that any front end shows, so that none of them has to
// look at the analysis again: where, why, the way there, what to use instead.
// Plain values.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/Effect.h"
#include "model/ExecutionContext.h"
#include "model/Measured.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace nostall {

enum class Severity : uint8_t { Note, Warning, Error };
enum class FindingConfidence : uint8_t { Low, Medium, High };

std::string_view name(Severity S);
std::string_view name(FindingConfidence C);

/// A place for people: a file by its name. Lines and columns count from 1.
struct Place {
  std::string Function;
  std::string File;
  uint32_t Line = 0;
  uint32_t Column = 0;
};

/// One step from the root to the sink.
struct TraceStep {
  Place Where;
  std::string Note; ///< "calls 'Store::save'"
};
using Trace = std::vector<TraceStep>;

/// A call that a finding stands for besides its sink. When the sink's is
/// mended, this one is what is left of the finding, not a new one.
struct FurtherCall {
  Category Kind;
  Place At;                ///< The call; Function is the one that makes it.
  std::string Function;    ///< The one that blocks.
  std::string Fingerprint; ///< What it would have as a finding by itself.
};

/// Text that takes the place of other text in a file; nothing else of the file
/// may have changed since.
struct TextEdit {
  std::string File;
  uint32_t Line = 0, Column = 0; ///< Where Before begins.
  uint64_t Offset = 0;           ///< The same in bytes, from 0.
  std::string Before;            ///< Empty where text is only added.
  std::string After;
  uint64_t FileHash = 0; ///< XXH3 of the file that was analysed.

  friend bool operator==(const TextEdit &, const TextEdit &) = default;
};

/// What mends a finding: edits that belong together, in order of place. They
/// are certain: the result compiles, and does the same without blocking.
struct Fix {
  std::vector<TextEdit> Edits;
  friend bool operator==(const Fix &, const Fix &) = default;
};

struct Finding {
  std::string Check; ///< "nostall-blocking-call"
  Severity Level = Severity::Warning;
  std::string Message;
  /// Where the code that is on the loop makes the call.
  Place Where;
  RootKind ContextKind = RootKind::Coroutine;
  Place Context; ///< The root.
  Category Kind = Category::File;
  Tier How = Tier::Likely;
  FindingConfidence Sure = FindingConfidence::High;
  /// How much must come together on the way: calls, branches, choices among
  /// targets. For comparing findings; no unit.
  uint32_t Cost = 0;
  /// The function that blocks, and where it is called.
  std::string SinkFunction;
  Place Sink;
  Trace Way;
  /// All roots from which the sink is reached; Where is one of them. Each
  /// place is the call in the root.
  std::vector<Place> Roots;
  /// The message as each of Roots would have it.
  std::vector<std::string> RootMessages;
  /// Further calls of the same kind on the same object in the same function.
  std::vector<Place> Also;
  /// What is called at these places, by name: each once, none like the sink's.
  std::vector<FurtherCall> Further;
  std::string Suggestion;
  std::string Reference; ///< Of the blocking function: "fsync(2)"
  std::optional<Fix> Mend; ///< Where one is certain.
  /// Versioned; survives moved lines, renamed files and reformatting.
  std::string Fingerprint;
  std::optional<Measured> InRun; ///< If there were traces to compare it with.
};

/// What an analysis saw and could not see.
struct AnalysisStats {
  uint64_t Units = 0;
  uint64_t FailedUnits = 0;
  uint64_t PartialUnits = 0; ///< Parsed with errors.
  uint64_t Functions = 0;
  uint64_t Calls = 0;
  uint64_t UnresolvedCalls = 0;
  uint64_t LostCallables = 0;
  uint64_t UnknownFunctions = 0;
  uint64_t UndecidedCalls = 0;
  uint64_t Coroutines = 0;
  uint64_t Roots = 0;
  uint64_t EventLoops = 0;
  uint64_t FunctionsOnLoop = 0;
  uint64_t Suppressed = 0;
};

} // namespace nostall

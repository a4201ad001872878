//===- FindingSink.h - where checks put findings ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Turns what a check found in the solved program (a call, a loop statement)
// into a Finding: finds the roots from which it is reached, chooses the remedy
// for the framework in use, and has the way told (TraceWriter.h). What has one
// cause is one finding in the end (FindingGroups.h).
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/check/Check.h"
#include "engine/check/FindingGroups.h"
#include "engine/check/TraceWriter.h"

#include <functional>
#include <vector>

namespace nostall {

/// What a check reports: something at a call or loop of a function that runs
/// on the loop.
struct Report {
  FunctionIndex In = NoIndex; ///< On the loop.
  /// Local index of the call that leads to the effect; NoIndex when the place
  /// is not a call.
  uint32_t Call = NoIndex;
  Location Where; ///< Of the call or statement, in In.
  Effect What;
  Confidence Sure = Confidence::High;
  /// An error is one where the way there is certain, too; else a warning.
  Severity Level = Severity::Warning;
  /// Says more of its sink than other checks: their findings there are left
  /// out.
  bool Supersedes = false;
  /// The blocking function and its call; for a loop, the statement.
  std::string SinkFunction;
  FunctionIndex SinkIn = NoIndex;
  Location SinkAt;
  llvm::ArrayRef<uint32_t> Down; ///< Edges from Call down to SinkIn.
  /// What must come together at the sink besides, as Likelihood counts it.
  uint32_t Cost = 0;
  std::string Message;           ///< What is wrong, at the sink.
  /// The same as seen from a caller: "'Store::save' ..." is put in front.
  std::string MessageFromCaller;
  std::string SinkNote; ///< Of the trace's last step.
  std::string Suggestion;
  std::string Reference;
  /// Steps after the sink: the holder of a lock, the suspension point.
  Trace Extra;
  /// Reports of one key are one finding; empty for none.
  std::string GroupKey;
};

/// Something about the source itself, on no way from a loop.
struct Remark {
  Place At;
  std::string Subject; ///< What it is about; for the fingerprint.
  Effect What;
  std::string Message;
  std::string Suggestion;
  Trace Way;
};

class FindingSink {
public:
  FindingSink(const Solution &S,
              std::function<std::string(llvm::StringRef)> DisplayPath)
      : S(S), DisplayPath(DisplayPath), Text(S, std::move(DisplayPath)) {}

  /// The check whose run() is under way.
  void setCheck(const CheckDescriptor &Descriptor) { Current = &Descriptor; }

  void add(const Report &R);
  void add(Remark R);

  /// Shows \p See what was added so far.
  void visit(llvm::function_ref<void(const Finding &)> See) const;

  /// All findings that \p Keep lets through, grouped, in order of place; it
  /// may move one to another root. Leaves the sink empty.
  std::vector<Finding> take(llvm::function_ref<bool(Finding &)> Keep);

  // As TraceWriter has them.
  Place place(FunctionIndex F, const Location &At) const {
    return Text.place(F, At);
  }
  std::string functionName(FunctionIndex F) const {
    return Text.functionName(F);
  }
  std::string displayName(EntityIndex E) const { return Text.displayName(E); }
  void appendEdge(Trace &T, const Edge &E) const { Text.appendEdge(T, E); }

  /// The remedy for code on \p F's loop.
  std::string remedy(FunctionIndex F, Category C,
                     const FunctionKnowledge *Function) const;
  /// "" where \p F runs on a loop; " while it holds Python's GIL ..." where it
  /// runs with the GIL. \p Call as in a Report.
  std::string gilText(FunctionIndex F, uint32_t Call) const;

private:
  Finding describe(const Report &R, const Witness &Way) const;
  void appendSink(Trace &T, const Report &R, const Place &Sink) const;
  Place sinkPlace(const Report &R) const;
  std::optional<Fix> fixOf(const Report &R) const;
  struct WayIn {
    Place Root; ///< The call in the root that leads to the sink,
    FunctionIndex Callee = NoIndex; ///< what it calls; NoIndex for the sink.
  };
  WayIn wayIn(const Report &R, const Witness &Way) const;
  std::vector<WayIn> rootsOf(const Report &R) const;
  const Root &rootOf(FunctionIndex F) const;

  const Solution &S;
  std::function<std::string(llvm::StringRef)> DisplayPath;
  TraceWriter Text;
  const CheckDescriptor *Current = nullptr;
  std::vector<FoundEntry> Entries;
};

} // namespace nostall

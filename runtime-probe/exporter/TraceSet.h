//===- TraceSet.h - all traces that are followed ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "exporter/TraceState.h"

namespace nostall::exporter {

struct FollowOptions {
  std::vector<std::string> Paths; ///< Traces, and folders of *.trace.
  std::chrono::seconds Keep{600}; ///< A trace that has ended, or is silent.
  bool FromNow = false; ///< What is there at the first look counts nothing.
};

/// Finds traces, and reads them as they grow. Not thread-safe.
class TraceSet {
public:
  using Clock = std::chrono::steady_clock;

  TraceSet(FollowOptions Options, Totals &All, FunctionNames &Names)
      : Options(std::move(Options)), All(All), Names(Names) {}

  /// One look at everything. Messages for people are appended to \p Said, each
  /// once.
  void look(std::vector<std::string> &Said);

private:
  struct Followed {
    uint32_t Id;
    std::unique_ptr<TraceTail> Tail;    ///< Null: nothing more to be read.
    std::unique_ptr<TraceState> State;  ///< Null: dropped.
    bool IsAsked = false;               ///< By its own name.
    Clock::time_point Grown;            ///< When something came last.
    uint64_t Position = 0, LeftOut = 0; ///< What was counted of the tail's.
    TraceTail::Condition Now = TraceTail::Condition::Absent;
  };

  std::vector<std::string> files(std::vector<std::string> &Said) const;
  void start(const std::string &Path, uint64_t CountFrom);
  void advance(Followed &F, std::vector<std::string> &Said);
  void giveUp(Followed &F);
  void drop(Followed &F);
  bool isSilent(const Followed &F) const;
  bool isOver(const Followed &F) const;
  void countStates();
  void say(const std::string &About, const std::string &What,
           std::vector<std::string> &Said);

  FollowOptions Options;
  Totals &All;
  FunctionNames &Names;
  uint32_t LastId = 0;
  bool IsFirstLook = true;
  std::map<std::string, Followed> ByPath;
  /// Another trace has taken their names; their figures are kept for a time.
  std::vector<Followed> Former;
  std::map<std::string, std::string> LastSaid;
};

} // namespace nostall::exporter

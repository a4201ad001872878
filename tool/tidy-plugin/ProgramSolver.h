//===- ProgramSolver.h - findings, now or soon ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lays a unit over its program and analyses the whole. For clang-tidy that is
// done at once. In an editor it is done at once where it is quick; a large
// program is solved on a thread while clangd goes on with what the file had
// before, moved to where its functions are now, and clangd is asked to look
// again when the answer turns out to be another one.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/check/Analyzer.h"
#include "model/LUSummary.h"
#include "model/TUSummary.h"

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace nostall {

/// All that an analysis depends on.
struct SolveRequest {
  std::string File; ///< The unit's main file, absolute.
  TUSummary Unit;
  std::shared_ptr<const LUSummary> Rest; ///< Null for the unit alone.
  std::shared_ptr<const KnowledgeBase> Knowledge;
  std::string Sources; ///< The versions of what Rest and Knowledge came from.
  AnalyzerOptions Options;
};

AnalysisResult solve(const SolveRequest &Request);

/// For editors; thread-safe, one per process.
class ProgramSolver {
public:
  static ProgramSolver &instance();

  /// \p OnNews is called, on the solver's thread, when the findings of a file
  /// are other than those that were given last. Until this is called all is
  /// solved at once.
  void solveInBackground(std::function<void(const std::string &File)> OnNews);
  /// Ends the thread; nothing is called after that.
  void stop();

  /// The findings, or what is known of them by now.
  AnalysisResult findings(SolveRequest Request);

private:
  /// Where the functions of a file stand, to move findings along.
  struct Span {
    EntityName Name;
    uint32_t First = 0, Last = 0;
  };
  using Spans = std::vector<Span>;

  struct FileState {
    uint64_t Key = 0; ///< Of what Known is the answer to; 0: none yet.
    AnalysisResult Known;
    Spans Functions; ///< When Known was found.
    std::optional<SolveRequest> Waiting;
    uint64_t WaitingKey = 0;
    std::vector<Finding> Given;
  };

  static Spans spansOf(const TUSummary &Unit);
  static std::vector<Finding> moved(const FileState &S,
                                    const SolveRequest &Request);
  bool isQuick(const SolveRequest &Request) const;
  void store(FileState &S, uint64_t Key, const SolveRequest &Request,
             AnalysisResult Result);
  AnalysisResult timed(const SolveRequest &Request);
  void work();

  std::mutex Mutex;
  std::condition_variable Changed;
  std::map<std::string, FileState> Files;
  /// Seconds of the last analysis, by the number of functions in the index.
  std::map<size_t, double> Cost;
  std::function<void(const std::string &)> OnNews;
  bool Stopping = false;
  std::thread Worker;
};

} // namespace nostall

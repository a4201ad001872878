//===- FindingMatch.h - a stack against findings ----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Both name functions alike, so a stack meets a finding where a frame is the
// finding's enclosing function and stands at its line or in the call that it
// warns of. Frames of libraries, and of functions that were inlined away or left
// by a tail call, may stand between or be missing.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/Finding.h"
#include "reporter/StallReport.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"

namespace nostall::report {

/// Names of files, to be asked by sameFile().
class FileSet {
public:
  explicit FileSet(llvm::ArrayRef<std::string> Files);
  bool contains(llvm::StringRef File) const;
  bool empty() const { return ByLastPart.empty(); }

private:
  llvm::StringMap<std::vector<std::string>> ByLastPart;
};

struct FindingMatch {
  size_t Finding = 0; ///< Index.
  size_t Frame = 0;   ///< Index of the sink's function.
  MatchKind How = MatchKind::Exact;
};

class FindingMatcher {
public:
  /// \p Findings and \p Analysed, the program's files, must outlive this.
  FindingMatcher(llvm::ArrayRef<Finding> Findings, const FileSet &Analysed);

  /// The findings that a thread with this stack, in this libc call (or none),
  /// is at. Those of the innermost function that has any; what is reached in
  /// another way only if there is nothing else.
  /// \p Cause: a stall's, or empty.
  std::vector<FindingMatch> match(const Stack &Frames, llvm::StringRef Call,
                                  llvm::StringRef Cause) const;

  /// Whether one of the functions is a finding's.
  bool knows(const Stack &Frames) const;

private:
  /// A place that a stack may stand at.
  struct Point {
    size_t Finding;
    const Place *At;
    enum Kind {
      Sink,
      LockTaken, ///< Where the lock is taken, not where it is held.
      WayThere,  ///< A call on the way to the sink.
    } What;
  };
  enum class Evidence { None, Line, Callee };
  Evidence isAt(const Point &P, const Stack &Frames, size_t I,
                llvm::StringRef Call, llvm::StringRef Cause) const;
  bool isProgram(const Frame &F) const;
  bool isInCallee(const Finding &F, const Stack &Frames, size_t I,
                  llvm::StringRef Call) const;
  bool comesFromRoot(const Finding &F, const Stack &Frames, size_t I) const;

  llvm::ArrayRef<Finding> Findings;
  const FileSet &Analysed;
  llvm::StringMap<std::vector<Point>> Points; ///< By function.
};

/// libc has variants of one function: "open64", "__read_chk".
llvm::StringRef plainCall(llvm::StringRef Name);

/// Whether two names may be of one file: of debug information and of an
/// analysis in another folder. The shorter one must be the other's end.
bool sameFile(llvm::StringRef A, llvm::StringRef B);

} // namespace nostall::report

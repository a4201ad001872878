//===- FindingMatch.cpp - a stack against findings --------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "reporter/FindingMatch.h"

#include "reporter/Words.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

#include <algorithm>

namespace nostall::report {

bool sameFile(llvm::StringRef A, llvm::StringRef B) {
  if (A.size() > B.size())
    std::swap(A, B);
  while (A.consume_front("./") || A.consume_front("../"))
    ;
  return !A.empty() && B.ends_with(A) &&
         (A.size() == B.size() || B[B.size() - A.size() - 1] == '/');
}

FileSet::FileSet(llvm::ArrayRef<std::string> Files) {
  for (const std::string &File : Files)
    ByLastPart[llvm::sys::path::filename(File)].push_back(File);
}

bool FileSet::contains(llvm::StringRef File) const {
  auto It = ByLastPart.find(llvm::sys::path::filename(File));
  return It != ByLastPart.end() &&
         llvm::any_of(It->second, [&](const std::string &Mine) {
           return sameFile(Mine, File);
         });
}

llvm::StringRef plainCall(llvm::StringRef Name) {
  Name.consume_back("64");
  if (Name.consume_front("__"))
    Name.consume_back("_chk");
  return Name;
}

static bool isSuspension(const Finding &F) {
  return F.SinkFunction == "co_await" || F.SinkFunction == "co_yield";
}

FindingMatcher::FindingMatcher(llvm::ArrayRef<Finding> Findings,
                               const FileSet &Analysed)
    : Findings(Findings), Analysed(Analysed) {
  for (size_t I = 0; I < Findings.size(); ++I) {
    const Finding &F = Findings[I];
    auto Add = [&](const Place &At, Point::Kind What) {
      if (!At.Function.empty())
        Points[At.Function].push_back({I, &At, What});
    };
    Add(F.Sink, Point::Sink);
    for (const Place &Other : F.Also)
      Add(Other, Point::Sink);
    auto Sink = llvm::find_if(F.Way, [&](const TraceStep &S) {
      return S.Where.Line == F.Sink.Line && S.Where.File == F.Sink.File;
    });
    for (const TraceStep &Step : llvm::make_range(F.Way.begin(), Sink))
      Add(Step.Where, Point::WayThere);
    // Who takes a lock that is held across a suspension waits for it elsewhere:
    // the trace goes on to that place after the sink.
    if (Sink != F.Way.end() && isSuspension(F))
      for (const TraceStep &Step : llvm::make_range(Sink + 1, F.Way.end()))
        Add(Step.Where, Point::LockTaken);
  }
}

bool FindingMatcher::comesFromRoot(const Finding &F, const Stack &Frames,
                                   size_t I) const {
  for (; I < Frames.size(); ++I) {
    const std::string &Name = Frames[I].Function;
    if (Name == F.Context.Function || Name == F.Where.Function ||
        llvm::any_of(F.Roots,
                     [&](const Place &P) { return P.Function == Name; }))
      return true;
  }
  return false;
}

/// Of the program that was analysed; what is between such frames is a library's.
bool FindingMatcher::isProgram(const Frame &F) const {
  return Analysed.empty() ? Points.contains(F.Function)
                          : Analysed.contains(F.File);
}

/// Whether the thread is in the call that the finding warns of, made by frame
/// I: in a function of the library by that name, or in the libc function itself,
/// with none of the program's own functions between.
bool FindingMatcher::isInCallee(const Finding &F, const Stack &Frames, size_t I,
                                llvm::StringRef Call) const {
  for (size_t Inner = I; Inner-- > 0 && !isProgram(Frames[Inner]);)
    if (Frames[Inner].Function == F.SinkFunction)
      return true;
  return I == 0 && !Call.empty() && plainCall(Call) == plainCall(F.SinkFunction);
}

FindingMatcher::Evidence FindingMatcher::isAt(const Point &P,
                                              const Stack &Frames, size_t I,
                                              llvm::StringRef Call,
                                              llvm::StringRef Cause) const {
  const Finding &F = Findings[P.Finding];
  const Frame &At = Frames[I];
  if (!At.File.empty() && !sameFile(At.File, P.At->File))
    return Evidence::None;
  bool IsLine = At.Line == P.At->Line;
  if (P.What == Point::LockTaken)
    return Cause == "lock" && IsLine ? Evidence::Callee : Evidence::None;
  if (isSuspension(F))
    return Evidence::None;
  if (F.SinkFunction == "loop")
    // Where the loop ends is not known; what is before it is not it, and what
    // blocks in it is another finding.
    return P.What == Point::Sink && At.Line >= P.At->Line &&
                   isComputing(Cause.str())
               ? Evidence::Callee
               : Evidence::None;
  // On the way to the sink, this means that what is between has made its last
  // call by a jump, and has no frame any more.
  if (isInCallee(F, Frames, I, Call))
    return Evidence::Callee;
  // The library's names may be missing, or others than those in its headers.
  // But the line may do other things too: compute, or call the program's own.
  bool IsCall = F.Kind == Category::Cpu
                    ? isComputing(Cause.str())
                    : !Call.empty() || !isComputing(Cause.str());
  return P.What == Point::Sink && IsLine && IsCall &&
                 (I == 0 || !isProgram(Frames[I - 1]))
             ? Evidence::Line
             : Evidence::None;
}

std::vector<FindingMatch> FindingMatcher::match(const Stack &Frames,
                                                llvm::StringRef Call,
                                                llvm::StringRef Cause) const {
  struct Candidate {
    FindingMatch Match;
    Evidence Why;
    bool IsWay; ///< One of the finding's roots is on the stack.
  };
  std::vector<Candidate> Found;
  for (size_t I = 0; I < Frames.size() && Found.empty(); ++I) {
    auto It = Points.find(Frames[I].Function);
    if (It == Points.end())
      continue;
    for (const Point &P : It->second) {
      Evidence Why = isAt(P, Frames, I, Call, Cause);
      if (Why == Evidence::None)
        continue;
      bool IsLine = Frames[I].Line == P.At->Line ||
                    Findings[P.Finding].SinkFunction == "loop";
      Found.push_back({{P.Finding, I,
                        IsLine ? MatchKind::Exact : MatchKind::Moved},
                       Why,
                       comesFromRoot(Findings[P.Finding], Frames, I)});
    }
  }
  // The name of what is called says more than the line, a finding's own way more
  // than another one, the very line more than the function.
  auto Prefer = [&](auto IsBetter) {
    if (llvm::any_of(Found, IsBetter))
      llvm::erase_if(Found, [&](const Candidate &C) { return !IsBetter(C); });
  };
  Prefer([](const Candidate &C) { return C.Why == Evidence::Callee; });
  Prefer([](const Candidate &C) { return C.IsWay; });
  Prefer([](const Candidate &C) { return C.Match.How == MatchKind::Exact; });
  std::vector<FindingMatch> Result;
  for (Candidate &C : Found) {
    if (!C.IsWay)
      C.Match.How = MatchKind::Sink;
    if (llvm::none_of(Result, [&](const FindingMatch &M) {
          return M.Finding == C.Match.Finding;
        }))
      Result.push_back(C.Match);
  }
  return Result;
}

bool FindingMatcher::knows(const Stack &Frames) const {
  return llvm::any_of(
      Frames, [&](const Frame &F) { return Points.contains(F.Function); });
}

} // namespace nostall::report

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

/// libc has variants of one function: "open64", "__read_chk".
static llvm::StringRef plainCall(llvm::StringRef Name) {
  Name.consume_back("64");
  if (Name.consume_front("__"))
    Name.consume_back("_chk");
  return Name;
}

static bool isSuspension(const Finding &F) {
  return F.SinkFunction == "co_await" || F.SinkFunction == "co_yield";
}

FindingMatcher::FindingMatcher(llvm::ArrayRef<Finding> Findings)
    : Findings(Findings) {
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

bool FindingMatcher::isAt(const Point &P, const Stack &Frames, size_t I,
                          llvm::StringRef Call, llvm::StringRef Cause,
                          MatchKind &How) const {
  const Finding &F = Findings[P.Finding];
  const Frame &At = Frames[I];
  if (!At.File.empty() && !sameFile(At.File, P.At->File))
    return false;
  bool IsLine = At.Line == P.At->Line;
  How = IsLine ? MatchKind::Exact : MatchKind::Moved;
  if (P.What == Point::LockTaken)
    return Cause == "lock" && IsLine;
  if (isSuspension(F))
    return false;
  if (F.SinkFunction == "loop") {
    if (P.What == Point::WayThere)
      return false;
    // Where the loop ends is not known; what blocks in it is another finding.
    if (At.Line >= P.At->Line)
      How = MatchKind::Exact;
    return Cause.empty() || isComputing(Cause.str());
  }
  // In the call it warns of? On the way there, this means that what is between
  // has made its last call by a jump, and has no frame any more. A function of the library that was called, or the
  // libc function that was called from right here.
  if (llvm::any_of(llvm::ArrayRef(Frames).take_front(I), [&](const Frame &Inner) {
        return Inner.Function == F.SinkFunction;
      }))
    return true;
  if (I == 0 && !Call.empty() && plainCall(Call) == plainCall(F.SinkFunction))
    return true;
  // The library's names may be missing, or others than those in its headers;
  // but the line can also compute something.
  return P.What == Point::Sink && IsLine &&
         (F.Kind == Category::Cpu || !Call.empty() ||
                    !isComputing(Cause.str()));
}

std::vector<FindingMatch> FindingMatcher::match(const Stack &Frames,
                                                llvm::StringRef Call,
                                                llvm::StringRef Cause) const {
  std::vector<FindingMatch> Direct, OtherWay;
  for (size_t I = 0; I < Frames.size(); ++I) {
    auto It = Points.find(Frames[I].Function);
    if (It == Points.end())
      continue;
    for (const Point &P : It->second) {
      // A frame that is there says more than one that is missing.
      if (P.What == Point::WayThere && !(Direct.empty() && OtherWay.empty()))
        continue;
      FindingMatch M{P.Finding, I, MatchKind::Exact};
      if (!isAt(P, Frames, I, Call, Cause, M.How))
        continue;
      bool IsWay = comesFromRoot(Findings[P.Finding], Frames, I);
      if (!IsWay)
        M.How = MatchKind::Sink;
      std::vector<FindingMatch> &Into = IsWay ? Direct : OtherWay;
      auto Known = llvm::find_if(Into, [&](const FindingMatch &Other) {
        return Other.Finding == M.Finding;
      });
      if (Known == Into.end())
        Into.push_back(M);
      else
        Known->How = std::min(Known->How, M.How);
    }
  }
  std::vector<FindingMatch> &Best = Direct.empty() ? OtherWay : Direct;
  llvm::erase_if(Best, [Innermost = Best.empty() ? 0 : Best.front().Frame](
                           const FindingMatch &M) {
    return M.Frame != Innermost;
  });
  // At the line itself, where there are several in one function.
  if (llvm::any_of(Best, [](auto &M) { return M.How == MatchKind::Exact; }))
    llvm::erase_if(Best, [](auto &M) { return M.How == MatchKind::Moved; });
  return std::move(Best);
}

std::vector<size_t> FindingMatcher::passing(const Stack &Frames) const {
  std::vector<size_t> Result;
  for (const Frame &F : Frames)
    if (auto It = Points.find(F.Function); It != Points.end())
      for (const Point &P : It->second)
        if (P.What == Point::Sink &&
            (F.File.empty() || sameFile(F.File, P.At->File)))
          Result.push_back(P.Finding);
  llvm::sort(Result);
  Result.erase(std::unique(Result.begin(), Result.end()), Result.end());
  return Result;
}

} // namespace nostall::report

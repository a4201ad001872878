//===- FindingGroups.cpp - what is one finding ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/check/FindingGroups.h"

#include "engine/check/Fixes.h"

#include "llvm/ADT/STLExtras.h"

#include <fmt/format.h>

#include <map>
#include <tuple>

namespace nostall {

static bool sameSink(const Finding &A, const Finding &B) {
  return A.Check == B.Check && A.Sink.File == B.Sink.File &&
         A.Sink.Line == B.Sink.Line && A.Sink.Column == B.Sink.Column &&
         A.SinkFunction == B.SinkFunction;
}

/// Better to show first: surer, worse, likelier, nearer.
static auto quality(const Finding &F) {
  return std::tuple(-int(F.Sure), -int(F.How), F.Cost, F.Way.size(),
                    F.Where.File, F.Where.Line, F.Where.Column);
}

/// Roots by function: two calls of one root are one way in.
static void addRoots(Finding &To, const Finding &From) {
  for (size_t I = 0; I < From.Roots.size(); ++I) {
    const Place &P = From.Roots[I];
    if (llvm::any_of(To.Roots, [&](const Place &Known) {
          return Known.File == P.File && Known.Function == P.Function;
        }))
      continue;
    To.Roots.push_back(P);
    To.RootMessages.push_back(From.RootMessages[I]);
  }
}

/// One finding of two with one cause: it shows the worse, or of equals the one
/// that is better to show.
static void merge(Finding &Into, Finding &&Other) {
  if (Other.How > Into.How ||
      (Other.How == Into.How && quality(Other) < quality(Into)))
    std::swap(Into, Other);
  Into.Further.push_back(
      {Other.Kind, Other.Sink, Other.SinkFunction, ""});
  llvm::append_range(Into.Further, Other.Further);
  Into.Mend = bothFixes(std::move(Into.Mend), std::move(Other.Mend));
  auto AddAlso = [&](const Place &P) {
    bool Known = P.File == Into.Sink.File && P.Line == Into.Sink.Line;
    for (const Place &A : Into.Also)
      Known |= A.File == P.File && A.Line == P.Line;
    if (!Known)
      Into.Also.push_back(P);
  };
  AddAlso(Other.Sink);
  for (const Place &P : Other.Also)
    AddAlso(P);
  llvm::sort(Into.Also, [](const Place &A, const Place &B) {
    return std::tie(A.File, A.Line, A.Column) <
           std::tie(B.File, B.Line, B.Column);
  });
  addRoots(Into, Other);
}

/// Where one check says why a call never returns, another need not say that it
/// blocks. A guess supersedes nothing.
static void dropSuperseded(std::vector<FoundEntry> &Entries) {
  auto Sink = [](const Finding &F) {
    return std::tuple(F.Sink.File, F.Sink.Line, F.Sink.Column, F.SinkFunction);
  };
  std::map<decltype(Sink(Entries[0].F)), std::string> By;
  for (const FoundEntry &E : Entries)
    if (E.Supersedes && E.F.Sure != FindingConfidence::Low)
      By.try_emplace(Sink(E.F), E.F.Check);
  llvm::erase_if(Entries, [&](const FoundEntry &E) {
    auto It = By.find(Sink(E.F));
    return It != By.end() && It->second != E.F.Check;
  });
}

static std::vector<FoundEntry> onePerSink(std::vector<FoundEntry> Entries) {
  llvm::sort(Entries, [](const FoundEntry &A, const FoundEntry &B) {
    auto Sink = [](const Finding &F) {
      return std::tie(F.Check, F.Sink.File, F.Sink.Line, F.Sink.Column,
                      F.SinkFunction);
    };
    if (Sink(A.F) != Sink(B.F))
      return Sink(A.F) < Sink(B.F);
    return quality(A.F) < quality(B.F);
  });
  std::vector<FoundEntry> BySink;
  for (FoundEntry &E : Entries) {
    if (!BySink.empty() && sameSink(BySink.back().F, E.F)) {
      addRoots(BySink.back().F, E.F);
      // Another body of the same text, where it means something else.
      if (BySink.back().F.Mend != E.F.Mend)
        BySink.back().F.Mend.reset();
      continue;
    }
    BySink.push_back(std::move(E));
  }
  return BySink;
}

/// Entries that share one of these keys have one cause.
static std::vector<std::string> groupKeys(const FoundEntry &E) {
  // What members of one class do on one line is one finding as well: the
  // constructor and the ++ of a directory iterator.
  llvm::StringRef Class = llvm::StringRef(E.F.SinkFunction).rsplit("::").first;
  std::vector<std::string> Keys = {fmt::format("{}/{}:{}/{}/{}", E.F.Check,
                                               E.F.Sink.File, E.F.Sink.Line,
                                               name(E.F.Kind), Class.str())};
  // And so is one call in a root that leads to many places which may wait for
  // the same thing: the open, write and rename of one save. What always blocks
  // is worth looking at in each place.
  if (E.F.How != Tier::Always && E.F.Kind != Category::Cpu)
    Keys.push_back(fmt::format("{}/{}:{}:{}/{}", E.F.Check, E.F.Where.File,
                               E.F.Where.Line, E.F.Where.Column,
                               name(E.F.Kind)));
  if (!E.GroupKey.empty())
    Keys.push_back(E.GroupKey);
  return Keys;
}

static std::vector<Finding> onePerCause(std::vector<FoundEntry> BySink) {
  std::map<std::string, size_t> ByKey;
  std::vector<Finding> Out;
  for (FoundEntry &E : BySink) {
    std::vector<std::string> Keys = groupKeys(E);
    size_t At = Out.size();
    for (const std::string &Key : Keys)
      if (auto It = ByKey.find(Key); It != ByKey.end() && At == Out.size())
        At = It->second;
    for (std::string &Key : Keys)
      ByKey.try_emplace(std::move(Key), At);
    if (At < Out.size())
      merge(Out[At], std::move(E.F));
    else
      Out.push_back(std::move(E.F));
  }
  return Out;
}

std::vector<Finding> groupFindings(std::vector<FoundEntry> Entries) {
  dropSuperseded(Entries);
  std::vector<Finding> Out = onePerCause(onePerSink(std::move(Entries)));
  llvm::sort(Out, [](const Finding &A, const Finding &B) {
    auto Key = [](const Finding &F) {
      return std::tie(F.Where.File, F.Where.Line, F.Where.Column, F.Check,
                      F.Sink.File, F.Sink.Line, F.Sink.Column, F.SinkFunction);
    };
    return Key(A) < Key(B);
  });
  return Out;
}

} // namespace nostall

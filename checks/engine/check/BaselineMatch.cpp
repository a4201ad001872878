//===- BaselineMatch.cpp - what a baseline accepts --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A baseline has fingerprints, and a finding stands for several calls, each
// with a fingerprint of its own. Which of equal calls is which nobody can
// tell, so they are counted.
//
//===----------------------------------------------------------------------===//

#include "engine/check/Baseline.h"
#include "engine/check/CallComparison.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

#include <map>

namespace nostall {
namespace {

class BaselineMatcher {
public:
  BaselineMatcher(llvm::ArrayRef<ComparedFinding> Findings,
                  llvm::ArrayRef<AcceptedFinding> Accepted);

  bool accepts(size_t Index) const { return Sinks[Index]; }
  /// Further calls of a finding that are not accepted.
  const std::vector<FurtherCall> &beyond(size_t Index) const {
    return Beyond[Index];
  }
  bool isFound(const AcceptedFinding &A) const;
  /// The calls of \p A that are found; it is.
  AcceptedFinding remains(const AcceptedFinding &A) const;

private:
  /// Calls that are called alike.
  struct Alike {
    std::vector<std::string> Fingerprints;
    int Accepted = 0; ///< How many may still be taken.
  };
  void collect();
  void takeWhereAccepted();
  void takeTheRest();
  static bool take(Alike &A) { return A.Accepted > 0 && A.Accepted-- > 0; }
  Alike &alike(const Finding &F) { return Calls[callKey(F, sameName)]; }
  Alike &alike(const Finding &F, const FurtherCall &C) {
    return Calls[callKey(F, C, sameName)];
  }

  llvm::ArrayRef<ComparedFinding> Findings;
  llvm::StringMap<const AcceptedFinding *> Entries;
  llvm::StringSet<> Known, Found;
  std::map<std::string, Alike> Calls;
  std::vector<bool> Sinks;
  std::vector<std::vector<bool>> Further;
  std::vector<std::vector<FurtherCall>> Beyond;
};

BaselineMatcher::BaselineMatcher(llvm::ArrayRef<ComparedFinding> Findings,
                                 llvm::ArrayRef<AcceptedFinding> Accepted)
    : Findings(Findings), Sinks(Findings.size()), Further(Findings.size()),
      Beyond(Findings.size()) {
  for (const AcceptedFinding &A : Accepted) {
    Entries.try_emplace(A.Fingerprint, &A);
    Known.insert(A.Fingerprint);
    for (const std::string &Also : A.Also)
      Known.insert(Also);
  }
  collect();
  takeWhereAccepted();
  takeTheRest();
}

void BaselineMatcher::collect() {
  auto Add = [&](Alike &A, const std::string &Fingerprint) {
    Found.insert(Fingerprint);
    A.Fingerprints.push_back(Fingerprint);
    A.Accepted += Known.contains(Fingerprint);
  };
  for (size_t I = 0; I < Findings.size(); ++I) {
    const Finding &F = Findings[I].F;
    if (Findings[I].State == FindingState::Absent)
      continue;
    Further[I].resize(F.Further.size());
    Add(alike(F), F.Fingerprint);
    for (const FurtherCall &C : F.Further)
      Add(alike(F, C), C.Fingerprint);
  }
}

/// What a finding was accepted with stays with it: an equal call elsewhere is
/// the new one.
void BaselineMatcher::takeWhereAccepted() {
  for (size_t I = 0; I < Findings.size(); ++I) {
    const Finding &F = Findings[I].F;
    auto Entry = Entries.find(F.Fingerprint);
    if (Findings[I].State == FindingState::Absent || Entry == Entries.end())
      continue;
    for (size_t J = 0; J < F.Further.size(); ++J) {
      Alike &A = alike(F, F.Further[J]);
      if (llvm::any_of(A.Fingerprints, [&](const std::string &Fingerprint) {
            return llvm::is_contained(Entry->second->Also, Fingerprint);
          }))
        Further[I][J] = take(A);
    }
  }
}

void BaselineMatcher::takeTheRest() {
  for (size_t I = 0; I < Findings.size(); ++I)
    if (Findings[I].State != FindingState::Absent)
      Sinks[I] = take(alike(Findings[I].F));
  for (size_t I = 0; I < Findings.size(); ++I)
    for (size_t J = 0; J < Further[I].size(); ++J) {
      const FurtherCall &C = Findings[I].F.Further[J];
      if (!Further[I][J] && !take(alike(Findings[I].F, C)))
        Beyond[I].push_back(C);
    }
}

bool BaselineMatcher::isFound(const AcceptedFinding &A) const {
  return Found.contains(A.Fingerprint) ||
         llvm::any_of(A.Also, [&](const std::string &Fingerprint) {
           return Found.contains(Fingerprint);
         });
}

AcceptedFinding BaselineMatcher::remains(const AcceptedFinding &A) const {
  AcceptedFinding Left = A;
  llvm::erase_if(Left.Also, [&](const std::string &Fingerprint) {
    return !Found.contains(Fingerprint);
  });
  if (Found.contains(A.Fingerprint))
    return Left;
  // Its own call went: it stands under the name of another.
  Left.Fingerprint = Left.Also.front();
  Left.Also.erase(Left.Also.begin());
  for (const ComparedFinding &C : Findings) {
    if (C.State == FindingState::Absent)
      continue;
    auto Named = [&](const std::string &Fingerprint, const std::string &In,
                     const std::string &Sink) {
      if (Fingerprint != Left.Fingerprint)
        return;
      Left.Function = In;
      Left.Sink = Sink;
      Left.Message = C.F.Message;
    };
    Named(C.F.Fingerprint, C.F.Sink.Function, C.F.SinkFunction);
    for (const FurtherCall &Call : C.F.Further)
      Named(Call.Fingerprint, Call.At.Function, Call.Function);
  }
  return Left;
}

} // namespace

void applyBaseline(
    GateReport &Report, llvm::ArrayRef<AcceptedFinding> Accepted,
    llvm::function_ref<bool(const AcceptedFinding &)> MayBeStale) {
  BaselineMatcher Match(Report.Findings, Accepted);
  for (const AcceptedFinding &A : Accepted) {
    if (!MayBeStale(A)) {
      Report.StillFound.push_back(A);
    } else if (Match.isFound(A)) {
      Report.StillFound.push_back(Match.remains(A));
      Report.CallsGone += A.Also.size() - Report.StillFound.back().Also.size();
    } else {
      Report.Stale.push_back(A);
    }
  }
  std::vector<ComparedFinding> Left;
  for (size_t I = 0; I < Report.Findings.size(); ++I) {
    ComparedFinding &C = Report.Findings[I];
    if (Match.accepts(I) && Match.beyond(I).empty()) {
      ++Report.Accepted;
      continue;
    }
    // With a base the base tells what came.
    if (Match.accepts(I) && !Report.HasBase) {
      C.State = FindingState::Updated;
      C.CallsGained = Match.beyond(I);
    }
    Left.push_back(std::move(C));
  }
  Report.Findings = std::move(Left);
}

} // namespace nostall

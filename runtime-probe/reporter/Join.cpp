//===- Join.cpp - stalls and findings put together --------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "reporter/Join.h"

#include "reporter/KindTable.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"

#include <fmt/format.h>

#include <tuple>

namespace nostall::report {
namespace {

class Joiner {
public:
  Joiner(StallReport &Report, std::vector<Finding> &Findings,
         const AnalysisScope &Scope)
      : Report(Report), Findings(Findings), Scope(Scope),
        Analysed(Scope.Files), Matcher(Findings, Analysed) {}
  JoinSummary run();

private:
  void stalls(std::vector<Signature> &Kinds);
  void quantiles();
  void site(const CallSite &S);
  void settle(Measured &M, const Finding &F);
  bool mayHaveEscaped(const Finding &F) const;
  bool isOurs(const Stack &Frames) const;
  void rank();

  StallReport &Report;
  std::vector<Finding> &Findings;
  const AnalysisScope &Scope;
  FileSet Analysed;
  FindingMatcher Matcher;
  JoinSummary Summary;
  bool IsOurs = false; ///< Something of the analysed program ran.
  /// Calls that were made where no finding is, as far as their stacks tell.
  llvm::StringSet<> Elsewhere;
};

std::string label(const Finding &F) {
  return fmt::format("{} at {}:{}", F.Check, F.Sink.File, F.Sink.Line);
}

void Joiner::stalls(std::vector<Signature> &Kinds) {
  for (Signature &S : Kinds) {
    IsOurs |= isOurs(S.Frames);
    for (const FindingMatch &Match :
         Matcher.match(S.Frames, S.Call, S.Cause)) {
      const Finding &F = Findings[Match.Finding];
      S.PredictedBy.push_back({F.Fingerprint, Match.How, label(F)});
      Measured &M = *Findings[Match.Finding].InRun;
      M.State = MeasuredState::Confirmed;
      M.Count += S.Count;
      M.TotalNs += S.TotalNs;
      M.MaxNs = std::max(M.MaxNs, S.MaxNs);
      M.P99Ns = std::max(M.P99Ns, S.P99Ns);
      M.Victims += S.Victims;
      M.Signatures.push_back(S.Id);
    }
    if (S.PredictedBy.empty()) {
      S.Unpredicted = whyNotPredicted(S, Scope, Analysed);
      ++Summary.NotPredicted;
    } else {
      ++Summary.Predicted;
    }
  }
}

/// Exact where a finding has several kinds of stalls and all were recorded; the
/// greatest of the kinds' own otherwise.
void Joiner::quantiles() {
  llvm::StringMap<std::vector<size_t>> FindingsOf;
  for (size_t I = 0; I < Findings.size(); ++I)
    if (Findings[I].InRun->Signatures.size() > 1)
      for (const std::string &Id : Findings[I].InRun->Signatures)
        FindingsOf[Id].push_back(I);
  llvm::DenseMap<size_t, std::vector<std::pair<uint64_t, uint64_t>>> Durations;
  for (const Stall &S : Report.Stalls)
    if (auto It = FindingsOf.find(S.SignatureId); It != FindingsOf.end())
      for (size_t I : It->second)
        Durations[I].emplace_back(S.DurationNs, 1);
  for (auto &[I, All] : Durations)
    if (All.size() == Findings[I].InRun->Count)
      Findings[I].InRun->P99Ns = quantile(All, 990);
}

/// Whether it is of the program that was analysed, and not of another one.
bool Joiner::isOurs(const Stack &Frames) const {
  if (Analysed.empty())
    return Matcher.knows(Frames);
  return llvm::any_of(
      Frames, [&](const Frame &F) { return Analysed.contains(F.File); });
}

/// Whether the return address is in the code of frame \p I itself: what is
/// called in between was inlined there.
bool isCalledIn(const Stack &Frames, size_t I) {
  return llvm::all_of(llvm::ArrayRef(Frames).take_front(I),
                      [](const Frame &F) { return F.Inlined; });
}

void Joiner::site(const CallSite &S) {
  struct Hit {
    size_t Times = 0;
    bool IsDirect = true;
  };
  llvm::DenseMap<size_t, Hit> Hits;
  bool AnyElsewhere = S.Stacks.empty();
  for (const Stack &Frames : S.Stacks) {
    IsOurs |= isOurs(Frames);
    std::vector<FindingMatch> Matches =
        Matcher.match(Frames, S.Call, /*Cause=*/"");
    AnyElsewhere |= Matches.empty();
    for (const FindingMatch &M : Matches) {
      ++Hits[M.Finding].Times;
      Hits[M.Finding].IsDirect &= isCalledIn(Frames, M.Frame);
    }
  }
  bool IsDirect = !Hits.empty();
  for (auto [I, H] : Hits) {
    Measured &M = *Findings[I].InRun;
    if (M.State != MeasuredState::Confirmed)
      M.State = MeasuredState::Ran;
    IsDirect &= H.IsDirect;
    // A place in a library has other users too, not all of which were looked
    // at: whose share is whose was not counted.
    if (H.Times != S.Stacks.size() || !(H.IsDirect || S.Count == 1))
      continue;
    M.Calls += S.Count;
    M.CallsTotalNs += S.TotalNs;
    M.CallsMaxNs = std::max(M.CallsMaxNs, S.MaxNs);
  }
  if (AnyElsewhere || !IsDirect)
    Elsewhere.insert(plainCall(S.Call));
}

/// It could have run without a trace of it: only a call that is interposed, made
/// by the program itself, is always seen. A function may have made it by a
/// jump, so that one of that name at an unknown place may be this one.
bool Joiner::mayHaveEscaped(const Finding &F) const {
  // A free lock costs too little to be noted; what is in a buffer is not read.
  if (F.Kind == Category::Lock || F.Kind == Category::Stdio)
    return true;
  return !IsOurs || !Report.SitesComplete || Report.LostCalls ||
         !llvm::binary_search(Report.Interposed, F.SinkFunction) ||
         Elsewhere.contains(plainCall(F.SinkFunction));
}

void Joiner::settle(Measured &M, const Finding &F) {
  switch (M.State) {
  case MeasuredState::Confirmed:
    ++Summary.Confirmed;
    return;
  case MeasuredState::Ran:
    ++Summary.Ran;
    return;
  case MeasuredState::NotExecuted:
  case MeasuredState::Unknown:
    break;
  }
  bool Escaped = mayHaveEscaped(F);
  M.State = Escaped ? MeasuredState::Unknown : MeasuredState::NotExecuted;
  ++(Escaped ? Summary.Unknown : Summary.NotExecuted);
}

void Joiner::rank() {
  // Of equal ones the order of their places remains.
  std::vector<std::pair<std::tuple<uint64_t, uint64_t, Tier, FindingConfidence>,
                        size_t>>
      Order;
  for (size_t I = 0; I < Findings.size(); ++I) {
    const Measured &M = *Findings[I].InRun;
    Order.push_back({{M.TotalNs, M.CallsTotalNs, Findings[I].How,
                      Findings[I].Sure},
                     I});
  }
  llvm::sort(Order, [](const auto &A, const auto &B) {
    return A.first != B.first ? A.first > B.first : A.second < B.second;
  });
  std::vector<Finding> Ranked;
  for (const auto &[Key, I] : Order)
    Ranked.push_back(std::move(Findings[I]));
  Findings = std::move(Ranked);
}

JoinSummary Joiner::run() {
  for (Finding &F : Findings)
    F.InRun = Measured();
  stalls(Report.Signatures);
  stalls(Report.Unfinished);
  quantiles();
  for (const CallSite &S : Report.Sites)
    site(S);
  for (size_t I = 0; I < Findings.size(); ++I) {
    Finding &F = Findings[I];
    settle(*F.InRun, F);
  }
  rank();
  return Summary;
}

} // namespace

Joined join(StallReport &Report, std::vector<Finding> Findings,
            const AnalysisScope &Scope) {
  Joined Result{std::move(Findings), {}};
  Result.Summary = Joiner(Report, Result.Findings, Scope).run();
  return Result;
}

} // namespace nostall::report

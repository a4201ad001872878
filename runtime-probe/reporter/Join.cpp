//===- Join.cpp - stalls and findings put together --------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "reporter/Join.h"

#include "reporter/KindTable.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
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
        Analysed(Scope.Files), Matcher(Findings) {}
  JoinSummary run();

private:
  void stalls(std::vector<Signature> &Kinds);
  void quantiles();
  void site(const CallSite &S);
  void settle(Measured &M, const Finding &F);
  bool mayHaveEscaped(const Finding &F) const;
  void rank();

  StallReport &Report;
  std::vector<Finding> &Findings;
  const AnalysisScope &Scope;
  FileSet Analysed;
  FindingMatcher Matcher;
  JoinSummary Summary;
  bool AnyFrame = false; ///< Of the analysed program, in any stack.
  llvm::DenseSet<size_t> Passed; ///< Findings whose functions ran.
  /// Functions below which a library makes calls that were not all looked at.
  llvm::StringSet<> Sampled;
};

std::string label(const Finding &F) {
  return fmt::format("{} at {}:{}", F.Check, F.Sink.File, F.Sink.Line);
}

void Joiner::stalls(std::vector<Signature> &Kinds) {
  for (Signature &S : Kinds) {
    for (size_t I : Matcher.passing(S.Frames))
      Passed.insert(I);
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

void Joiner::site(const CallSite &S) {
  llvm::DenseMap<size_t, size_t> Hits;
  for (const Stack &Frames : S.Stacks) {
    for (size_t I : Matcher.passing(Frames))
      Passed.insert(I);
    AnyFrame |= llvm::any_of(
        Frames, [&](const Frame &F) { return Analysed.contains(F.File); });
    for (const FindingMatch &M : Matcher.match(Frames, S.Call, /*Cause=*/""))
      ++Hits[M.Finding];
  }
  for (auto [I, Times] : Hits) {
    Measured &M = *Findings[I].InRun;
    if (M.State != MeasuredState::Confirmed)
      M.State = MeasuredState::Ran;
    // A library's place in the code has other users too: whose share is whose
    // was not counted.
    if (Times != S.Stacks.size())
      continue;
    M.Calls += S.Count;
    M.CallsTotalNs += S.TotalNs;
    M.CallsMaxNs = std::max(M.CallsMaxNs, S.MaxNs);
  }
  // Looked at were the first, second, fourth, ... call.
  constexpr uint64_t AllLookedAt = 2;
  if (S.Count > AllLookedAt)
    for (const Stack &Frames : S.Stacks)
      for (const Frame &F : Frames)
        Sampled.insert(F.Function);
}

/// It could have run without a trace of it.
bool Joiner::mayHaveEscaped(const Finding &F) const {
  switch (F.Kind) {
  case Category::Cpu:  // Makes no call.
  case Category::Lock: // A free lock costs too little to be noted.
  case Category::Wait: // What is ready already is not waited for.
  case Category::Stdio:  // Only a full buffer is written.
  case Category::Loader:
  case Category::Auth:
    return true;
  default:
    break;
  }
  bool IsOurs = AnyFrame || !Passed.empty();
  return !IsOurs || Report.LostCalls || Sampled.contains(F.SinkFunction);
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
    // Of a loop nothing is counted; but that its function calls something from
    // within shows that it ran.
    if (F.Kind == Category::Cpu && F.InRun->State == MeasuredState::Unknown &&
        Passed.contains(I))
      F.InRun->State = MeasuredState::Ran;
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

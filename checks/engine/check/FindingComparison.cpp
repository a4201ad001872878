//===- FindingComparison.cpp - what a change did to findings ----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/check/FindingComparison.h"

#include "engine/check/CallComparison.h"

#include "llvm/ADT/STLExtras.h"

#include <fmt/format.h>

#include <map>
#include <set>

namespace nostall {
namespace {

/// FindingSink stops looking for roots here: two such lists may differ though
/// the program does not.
constexpr size_t RootsUncertain = 100;

class Matcher {
public:
  Matcher(llvm::ArrayRef<Finding> Base, llvm::ArrayRef<Finding> Head,
          const FunctionRenames &Renames, const LineMap &Unchanged);

  /// For each finding of the head its partner in the base, or NoPartner.
  std::vector<size_t> Partner;
  std::vector<bool> BaseTaken;
  /// Findings of the base whose call one of the head's shows as a further one.
  std::vector<bool> BaseShown;
  /// Names of functions as the base has them.
  std::vector<std::set<std::string>> BaseRoots, HeadRoots;

private:
  using Group = std::vector<size_t>;
  void pairEqual();
  void pairGroup(const Group &Before, const Group &After);
  void pairMoved();
  void pairFurther();
  void findShown();
  int likeness(size_t B, size_t H) const;
  bool hasMoved(size_t B, size_t H) const;
  void pair(size_t B, size_t H) {
    Partner[H] = B;
    BaseTaken[B] = true;
  }

  llvm::ArrayRef<Finding> Base, Head;
  const FunctionRenames &Renames;
  const LineMap &Unchanged;
};

Matcher::Matcher(llvm::ArrayRef<Finding> Base, llvm::ArrayRef<Finding> Head,
                 const FunctionRenames &Renames, const LineMap &Unchanged)
    : Partner(Head.size(), NoPartner), BaseTaken(Base.size()),
      BaseShown(Base.size()), Base(Base), Head(Head), Renames(Renames),
      Unchanged(Unchanged) {
  for (const Finding &F : Base) {
    BaseRoots.emplace_back();
    for (const Place &P : F.Roots)
      BaseRoots.back().insert(P.Function);
  }
  for (const Finding &F : Head) {
    HeadRoots.emplace_back();
    for (const Place &P : F.Roots)
      HeadRoots.back().insert(Renames.inBase(P.Function));
  }
  pairEqual();
  pairMoved();
  pairFurther();
  findShown();
}

bool anyCommon(const std::set<std::string> &A, const std::set<std::string> &B) {
  return llvm::any_of(A, [&](const std::string &S) { return B.count(S); });
}

/// Of findings with one key, which is which.
int Matcher::likeness(size_t B, size_t H) const {
  int Points = 0;
  Place Old = Unchanged(Head[H].Sink);
  if (Old.Line && Old.Line == Base[B].Sink.Line &&
      Old.File == Base[B].Sink.File)
    Points += 8;
  if (BaseRoots[B] == HeadRoots[H])
    Points += 4;
  else if (anyCommon(BaseRoots[B], HeadRoots[H]))
    Points += 2;
  if (Base[B].Sink.File == Head[H].Sink.File)
    Points += 1;
  return Points;
}

void Matcher::pairGroup(const Group &Before, const Group &After) {
  // Hundreds of equal calls in one function: only their number says anything.
  constexpr size_t TooMany = 200;
  if (Before.size() > TooMany || After.size() > TooMany) {
    for (size_t I = 0; I < std::min(Before.size(), After.size()); ++I)
      pair(Before[I], After[I]);
    return;
  }
  std::vector<std::tuple<int, size_t, size_t>> Pairs;
  for (size_t B : Before)
    for (size_t H : After)
      Pairs.emplace_back(-likeness(B, H), B, H);
  llvm::sort(Pairs);
  for (const auto &[Points, B, H] : Pairs)
    if (!BaseTaken[B] && Partner[H] == NoPartner)
      pair(B, H);
}

void Matcher::pairEqual() {
  std::map<std::string, std::pair<Group, Group>> Groups;
  for (size_t I = 0; I < Base.size(); ++I)
    Groups[callKey(Base[I], sameName)].first.push_back(I);
  for (size_t I = 0; I < Head.size(); ++I)
    Groups[callKey(Head[I], [&](llvm::StringRef Name) {
      return Renames.inBase(Name);
    })].second.push_back(I);
  for (const auto &[Key, Both] : Groups)
    pairGroup(Both.first, Both.second);
}

/// A function was extracted, or put into its caller, or went through more than
/// FunctionRenames recognizes: the call that stalls is the same.
bool Matcher::hasMoved(size_t B, size_t H) const {
  return Base[B].Check == Head[H].Check && Base[B].Kind == Head[H].Kind &&
         Base[B].SinkFunction == Renames.inBase(Head[H].SinkFunction) &&
         anyCommon(BaseRoots[B], HeadRoots[H]) &&
         (Renames.isGone(Base[B].Sink.Function) ||
          Renames.isNew(Head[H].Sink.Function));
}

void Matcher::pairMoved() {
  for (size_t H = 0; H < Head.size(); ++H)
    for (size_t B = 0; B < Base.size() && Partner[H] == NoPartner; ++B)
      if (!BaseTaken[B] && hasMoved(B, H))
        pair(B, H);
}

/// What remains of a finding of which the change mended one call of many; or
/// what was one finding and is two.
void Matcher::pairFurther() {
  auto InBase = [&](llvm::StringRef Name) { return Renames.inBase(Name); };
  // What a partner still shows as a further call is not to be found elsewhere.
  std::set<std::pair<size_t, std::string>> Kept;
  for (size_t H = 0; H < Head.size(); ++H)
    if (Partner[H] != NoPartner)
      for (const FurtherCall &C : Head[H].Further)
        Kept.insert({Partner[H], callKey(Head[H], C, InBase)});
  std::multimap<std::string, size_t> Open;
  for (size_t B = 0; B < Base.size(); ++B)
    for (const FurtherCall &C : Base[B].Further)
      if (std::string Key = callKey(Base[B], C, sameName); !Kept.count({B, Key}))
        Open.emplace(std::move(Key), B);
  for (size_t H = 0; H < Head.size(); ++H) {
    if (Partner[H] != NoPartner)
      continue;
    auto It = Open.find(callKey(Head[H], InBase));
    if (It == Open.end())
      continue;
    pair(It->second, H);
    Open.erase(It);
  }
}

/// The other way round: a worse call has come, and the finding shows that one.
void Matcher::findShown() {
  std::set<std::string> Further;
  for (const Finding &F : Head)
    for (const FurtherCall &C : F.Further)
      Further.insert(callKey(
          F, C, [&](llvm::StringRef Name) { return Renames.inBase(Name); }));
  for (size_t B = 0; B < Base.size(); ++B)
    BaseShown[B] = Further.count(callKey(Base[B], sameName));
}

/// Shows the finding where the change brought it: at the root that is new.
void moveToRoot(Finding &F, size_t Index) {
  const Place &Root = F.Roots[Index];
  Trace Way;
  Way.push_back(
      {Root, fmt::format("'{}' reaches it from here", Root.Function)});
  auto AtSink = llvm::find_if(F.Way, [&](const TraceStep &Step) {
    return Step.Where.File == F.Sink.File && Step.Where.Line == F.Sink.Line &&
           Step.Where.Column == F.Sink.Column;
  });
  Way.insert(Way.end(), AtSink, F.Way.end());
  F.Way = std::move(Way);
  F.Where = Root;
  F.Message = F.RootMessages[Index];
}

/// \p C has a partner: is it the same, or has it become worse?
void compareRoots(ComparedFinding &C, const Finding &Before,
                  const std::set<std::string> &BeforeRoots,
                  const FunctionRenames &Renames) {
  C.TierBefore = std::min(Before.How, C.F.How);
  std::set<std::string> Now;
  size_t FirstGained = C.F.Roots.size();
  bool ShowsGained = false;
  bool Certain =
      Before.Roots.size() < RootsUncertain && C.F.Roots.size() < RootsUncertain;
  for (size_t I = 0; I < C.F.Roots.size() && Certain; ++I) {
    const Place &Root = C.F.Roots[I];
    std::string Name = Renames.inBase(Root.Function);
    if (!Now.insert(Name).second || BeforeRoots.count(Name))
      continue;
    C.RootsGained.push_back(Root.Function);
    FirstGained = std::min(FirstGained, I);
    ShowsGained |= Root.Function == C.F.Where.Function;
  }
  for (const std::string &Name : BeforeRoots)
    if (Certain && !Now.count(Name))
      C.RootsLost.push_back(Name);
  C.State = C.RootsGained.empty() && C.CallsGained.empty() &&
                    C.TierBefore == C.F.How
                ? FindingState::Unchanged
                : FindingState::Updated;
  if (!C.RootsGained.empty() && !ShowsGained)
    moveToRoot(C.F, FirstGained);
}

} // namespace

std::vector<ComparedFinding> compareFindings(llvm::ArrayRef<Finding> Base,
                                             llvm::ArrayRef<Finding> Head,
                                             const FunctionRenames &Renames,
                                             const LineMap &Unchanged) {
  Matcher M(Base, Head, Renames, Unchanged);
  std::vector<bool> Gone(Base.size());
  for (size_t B = 0; B < Base.size(); ++B)
    Gone[B] = !M.BaseTaken[B] && !M.BaseShown[B];
  CallComparison Calls(Base, Head, M.Partner, Gone, Renames);
  std::vector<ComparedFinding> Out;
  for (size_t H = 0; H < Head.size(); ++H) {
    ComparedFinding C;
    C.F = Head[H];
    C.TierBefore = C.F.How;
    C.CallsGained = std::move(Calls.Gained[H]);
    C.CallsLost = std::move(Calls.Lost[H]);
    if (M.Partner[H] != NoPartner)
      compareRoots(C, Base[M.Partner[H]], M.BaseRoots[M.Partner[H]], Renames);
    Out.push_back(std::move(C));
  }
  for (size_t B = 0; B < Base.size(); ++B)
    if (Gone[B] || Calls.SinkGone[B]) {
      ComparedFinding C;
      C.F = Base[B];
      C.TierBefore = C.F.How;
      C.State = FindingState::Absent;
      Out.push_back(std::move(C));
    }
  return Out;
}

} // namespace nostall

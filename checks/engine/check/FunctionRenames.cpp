//===- FunctionRenames.cpp - one function under two names -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/check/FunctionRenames.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/xxhash.h"

#include <map>
#include <tuple>
#include <vector>

namespace nostall {
namespace {

using Tokens = std::vector<uint64_t>; ///< Sorted; equal ones repeated.

/// What is compared of a function; of all bodies of its name, and of the
/// lambdas in it.
struct Portrait {
  std::string Name;
  Tokens Calls; ///< Functions that it calls by name, and its loops.
  Tokens Callers;
  Tokens Signatures;
  Tokens Files;
  Tokens Neighbours; ///< The functions before and after it.
};

uint64_t token(llvm::StringRef Text) { return llvm::xxh3_64bits(Text); }

llvm::StringRef lastPart(llvm::StringRef Name) {
  size_t At = Name.rfind("::");
  return At == llvm::StringRef::npos ? Name : Name.drop_front(At + 2);
}

/// "f::lambda::lambda" is code of f.
llvm::StringRef withoutLambdas(llvm::StringRef Name) {
  while (Name.consume_back("::lambda"))
    ;
  return Name;
}

/// As FindingSink names it.
std::string shownName(llvm::StringRef Name) {
  if (Name == "lambda")
    return "lambda";
  if (Name.consume_back("::lambda"))
    return "lambda in " + Name.str();
  return Name.str();
}

/// The other way round.
std::string entityName(llvm::StringRef Shown) {
  if (Shown.consume_front("lambda in "))
    return Shown.str() + "::lambda";
  return Shown.str();
}

/// How much of two multisets agrees: 0 to 1 (Dice's coefficient).
double agreement(const Tokens &A, const Tokens &B) {
  if (A.empty() && B.empty())
    return 1;
  size_t Common = 0;
  for (size_t I = 0, J = 0; I < A.size() && J < B.size();) {
    if (A[I] == B[J]) {
      ++Common;
      ++I;
      ++J;
    } else if (A[I] < B[J]) {
      ++I;
    } else {
      ++J;
    }
  }
  return 2.0 * Common / (A.size() + B.size());
}

bool anyCommon(const Tokens &A, const Tokens &B) {
  return llvm::any_of(
      A, [&](uint64_t T) { return std::binary_search(B.begin(), B.end(), T); });
}

class Gallery {
public:
  explicit Gallery(const SummaryTables &Program);

  std::map<std::string, Portrait> ByName;
  llvm::StringSet<> Names;

private:
  llvm::StringRef nameOf(EntityIndex E) const {
    return Program.Strings[Program.Entities[E].QualifiedName];
  }
  void addBody(const FunctionSummary &F);
  void addNeighbours();

  const SummaryTables &Program;
};

Gallery::Gallery(const SummaryTables &Program) : Program(Program) {
  for (const FunctionSummary &F : Program.Functions)
    if (!(F.Flags & (FF_External | FF_Synthesized)))
      addBody(F);
  addNeighbours();
  for (auto &[Name, P] : ByName)
    for (Tokens *T :
         {&P.Calls, &P.Callers, &P.Signatures, &P.Files, &P.Neighbours})
      llvm::sort(*T);
}

void Gallery::addBody(const FunctionSummary &F) {
  llvm::StringRef Full = nameOf(F.Entity);
  Names.insert(shownName(Full));
  llvm::StringRef Name = withoutLambdas(Full);
  Portrait &P = ByName[Name.str()];
  P.Name = Name.str();
  P.Files.push_back(token(Program.Files[F.Loc.File]));
  if (Name == Full)
    P.Signatures.push_back(
        token(Program.Strings[Program.Entities[F.Entity].Signature]));
  for (uint32_t I = 0; I < F.NumCalls; ++I) {
    const CallEdge &Call = Program.Calls[F.FirstCall + I];
    if (Call.Callee == NoIndex || (Call.Flags & CF_Implicit))
      continue;
    llvm::StringRef Callee = nameOf(Call.Callee);
    // A class that is renamed takes its members' names along; and who calls
    // itself does so under the new name.
    P.Calls.push_back(Callee == Name ? token("(itself)")
                                     : token(lastPart(Callee)));
    if (Callee != Name)
      ByName[withoutLambdas(Callee).str()].Callers.push_back(token(Name));
  }
  P.Calls.insert(P.Calls.end(), F.NumLoops, token("(loop)"));
}

/// A function that is only renamed stays where it stands.
void Gallery::addNeighbours() {
  std::vector<const FunctionSummary *> InOrder;
  for (const FunctionSummary &F : Program.Functions)
    if (!(F.Flags & (FF_External | FF_Synthesized | FF_Lambda)))
      InOrder.push_back(&F);
  llvm::sort(InOrder, [](const FunctionSummary *A, const FunctionSummary *B) {
    return std::tie(A->Loc.File, A->Loc.Line, A->Loc.Column) <
           std::tie(B->Loc.File, B->Loc.Line, B->Loc.Column);
  });
  for (size_t I = 1; I < InOrder.size(); ++I) {
    if (InOrder[I - 1]->Loc.File != InOrder[I]->Loc.File)
      continue;
    std::string Before = nameOf(InOrder[I - 1]->Entity).str();
    std::string After = nameOf(InOrder[I]->Entity).str();
    ByName[Before].Neighbours.push_back(token("before " + After));
    ByName[After].Neighbours.push_back(token("after " + Before));
  }
}

/// How likely the two are one function: 0 to 1.2; 0 where they cannot be.
double likeness(const Portrait &A, const Portrait &B) {
  size_t Few = std::min(A.Calls.size(), B.Calls.size());
  size_t Many = std::max(A.Calls.size(), B.Calls.size());
  if (Many > 3 * Few + 2)
    return 0;
  double Calls = agreement(A.Calls, B.Calls);
  if (Calls < 0.5)
    return 0;
  double Likeness = 0.5 * Calls + 0.1 * agreement(A.Signatures, B.Signatures) +
                    0.15 * anyCommon(A.Files, B.Files) +
                    0.15 * anyCommon(A.Callers, B.Callers) +
                    0.15 * anyCommon(A.Neighbours, B.Neighbours) +
                    0.15 * (lastPart(A.Name) == lastPart(B.Name));
  // Little in it says little: something else must agree as well.
  constexpr size_t Telling = 4;
  return Likeness >= (Many < Telling ? 0.7 : 0.55) ? Likeness : 0;
}

} // namespace

FunctionRenames::FunctionRenames(const SummaryTables &Base,
                                 const SummaryTables &Head) {
  Gallery Before(Base), After(Head);
  std::vector<const Portrait *> Gone, New;
  // Only what has a body here: the rest are callees.
  for (const auto &[Name, P] : Before.ByName)
    if (!P.Name.empty() && !After.ByName.count(Name))
      Gone.push_back(&P);
  for (const auto &[Name, P] : After.ByName)
    if (!P.Name.empty() && !Before.ByName.count(Name))
      New.push_back(&P);
  std::vector<std::tuple<double, const Portrait *, const Portrait *>> Pairs;
  for (const Portrait *B : Gone)
    for (const Portrait *H : New)
      if (double Likeness = likeness(*B, *H))
        Pairs.emplace_back(Likeness, B, H);
  // By name where they are equally like: the same result on every run.
  llvm::sort(Pairs, [](const auto &X, const auto &Y) {
    return std::tie(std::get<0>(Y), std::get<1>(X)->Name,
                    std::get<2>(X)->Name) <
           std::tie(std::get<0>(X), std::get<1>(Y)->Name, std::get<2>(Y)->Name);
  });
  for (const auto &[Likeness, B, H] : Pairs) {
    if (ToHead.count(B->Name) || ToBase.count(H->Name))
      continue;
    ToHead[B->Name] = H->Name;
    ToBase[H->Name] = B->Name;
  }
  BaseNames = std::move(Before.Names);
  HeadNames = std::move(After.Names);
}

static std::string mapped(const llvm::StringMap<std::string> &Map,
                          llvm::StringRef Shown) {
  std::string Full = entityName(Shown);
  llvm::StringRef Own = withoutLambdas(Full);
  auto It = Map.find(Own);
  if (It == Map.end())
    return Shown.str();
  return shownName(It->second + Full.substr(Own.size()));
}

std::string FunctionRenames::inBase(llvm::StringRef HeadName) const {
  return mapped(ToBase, HeadName);
}

bool FunctionRenames::isGone(llvm::StringRef BaseName) const {
  return !HeadNames.contains(mapped(ToHead, BaseName));
}

bool FunctionRenames::isNew(llvm::StringRef HeadName) const {
  return !BaseNames.contains(mapped(ToBase, HeadName));
}

} // namespace nostall

//===- KnowledgeBase.cpp - all knowledge, for asking ------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/knowledge/KnowledgeBase.h"

#include "engine/knowledge/BuiltinKnowledge.h"
#include "engine/knowledge/KnowledgeArchive.h"
#include "engine/knowledge/KnowledgeParser.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MemoryBuffer.h"

#include <algorithm>
#include <cmath>

namespace nostall {

double CostRule::of(double Units) const {
  if (Unit.empty())
    return Nanoseconds;
  switch (Law) {
  case CostLaw::NLogN:
    return Nanoseconds * Units * std::log2(std::max(Units, 2.0));
  case CostLaw::Quadratic:
    return Nanoseconds * Units * Units;
  case CostLaw::Linear:
    break;
  }
  return Nanoseconds * Units;
}

double CostRule::unitsFor(double Budget) const {
  switch (Law) {
  case CostLaw::NLogN: {
    double Low = 2, High = std::max(Budget / Nanoseconds, 4.0);
    for (int I = 0; I < 60; ++I) {
      double Middle = (Low + High) / 2;
      (of(Middle) < Budget ? Low : High) = Middle;
    }
    return High;
  }
  case CostLaw::Quadratic:
    return std::sqrt(Budget / Nanoseconds);
  case CostLaw::Linear:
    break;
  }
  return Budget / Nanoseconds;
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

/// One component against a pattern with any number of `*`.
static bool matchesComponent(llvm::StringRef Pattern, llvm::StringRef Name) {
  size_t Star = Pattern.find('*');
  if (Star == llvm::StringRef::npos)
    return Pattern == Name;
  if (!Name.consume_front(Pattern.take_front(Star)))
    return false;
  llvm::StringRef Rest = Pattern.drop_front(Star + 1);
  for (size_t I = 0; I <= Name.size(); ++I)
    if (matchesComponent(Rest, Name.drop_front(I)))
      return true;
  return false;
}

static bool matchesComponents(llvm::ArrayRef<llvm::StringRef> Pattern,
                              llvm::ArrayRef<llvm::StringRef> Name) {
  if (Pattern.empty())
    return Name.empty();
  if (Pattern.front() == "**") {
    for (size_t I = 0; I <= Name.size(); ++I)
      if (matchesComponents(Pattern.drop_front(), Name.drop_front(I)))
        return true;
    return false;
  }
  return !Name.empty() && matchesComponent(Pattern.front(), Name.front()) &&
         matchesComponents(Pattern.drop_front(), Name.drop_front());
}

bool matchesPattern(llvm::StringRef Pattern, llvm::StringRef Name) {
  llvm::SmallVector<llvm::StringRef, 8> PatternParts, NameParts;
  Pattern.split(PatternParts, "::");
  Name.split(NameParts, "::");
  return matchesComponents(PatternParts, NameParts);
}

std::vector<llvm::StringRef> parameterTypeNames(llvm::StringRef Signature) {
  std::vector<llvm::StringRef> Names;
  Signature = Signature.trim();
  if (!Signature.consume_front("(") || !Signature.consume_back(")") ||
      Signature.empty())
    return Names;
  int Depth = 0;
  size_t Start = 0;
  auto Add = [&](llvm::StringRef Type) {
    Type = Type.trim();
    if (size_t Angle = Type.find('<'); Angle != llvm::StringRef::npos)
      Type = Type.take_front(Angle);
    Type = Type.rtrim(" &*");
    Type.consume_back(" const");
    if (size_t Space = Type.rfind(' '); Space != llvm::StringRef::npos)
      Type = Type.drop_front(Space + 1);
    if (size_t Colons = Type.rfind("::"); Colons != llvm::StringRef::npos)
      Type = Type.drop_front(Colons + 2);
    Names.push_back(Type);
  };
  for (size_t I = 0; I < Signature.size(); ++I) {
    char C = Signature[I];
    if (C == '<' || C == '(' || C == '[')
      ++Depth;
    else if (C == '>' || C == ')' || C == ']')
      --Depth;
    else if (C == ',' && Depth == 0) {
      Add(Signature.slice(Start, I));
      Start = I + 1;
    }
  }
  Add(Signature.drop_front(Start));
  return Names;
}

//===----------------------------------------------------------------------===//
// Filling
//===----------------------------------------------------------------------===//

KnowledgeBase KnowledgeBase::builtin() {
  KnowledgeBase Base;
  Base.Libraries = unpackKnowledge(builtinKnowledge());
  Base.indexAll();
  return Base;
}

llvm::Error KnowledgeBase::add(llvm::StringRef Text, llvm::StringRef FileName,
                               KnowledgeOrigin Origin) {
  std::string Errors;
  std::unique_ptr<LibraryKnowledge> Library =
      parseKnowledge(Text, FileName, Errors);
  if (!Library)
    return llvm::createStringError(llvm::StringRef(Errors).rtrim());
  Library->Origin = Origin;
  auto After = llvm::find_if(Libraries, [&](const auto &Other) {
    return Other->Origin > Origin;
  });
  bool IsLast = After == Libraries.end();
  auto Added = Libraries.insert(After, std::move(Library));
  if (IsLast)
    index(**Added);
  else
    indexAll();
  return llvm::Error::success();
}

llvm::Error KnowledgeBase::addFile(llvm::StringRef Path,
                                   KnowledgeOrigin Origin) {
  auto Buffer = llvm::MemoryBuffer::getFile(Path);
  if (!Buffer)
    return llvm::createStringError(Buffer.getError(), "%s: %s",
                                   Path.str().c_str(),
                                   Buffer.getError().message().c_str());
  return add((*Buffer)->getBuffer(), Path, Origin);
}

/// Among equals what is indexed later wins, so an addition before others asks
/// for them once more.
void KnowledgeBase::indexAll() {
  Functions.clear();
  Patterns.clear();
  Types.clear();
  Variables.clear();
  Fields.clear();
  Costs.clear();
  CostPatterns.clear();
  Fixes.clear();
  for (const auto &Library : Libraries)
    index(*Library);
}

void KnowledgeBase::index(const LibraryKnowledge &Library) {
  for (const FunctionKnowledge &F : Library.Functions) {
    if (llvm::StringRef(F.Name).contains('*'))
      Patterns[llvm::StringRef(F.Name).split("::").first].push_back(
          {F.Name, &F});
    else
      Functions[F.Name].push_back(&F);
  }
  for (const TypeKnowledge &T : Library.Types)
    Types[T.Name] |= T.Traits;
  for (const TypeKnowledge &V : Library.Variables)
    Variables[V.Name] |= V.Traits;
  for (const FieldKnowledge &F : Library.Fields)
    Fields[F.Name] = &F;
  for (const CostKnowledge &C : Library.Costs)
    if (llvm::StringRef(C.Name).contains('*'))
      CostPatterns[llvm::StringRef(C.Name).split("::").first].push_back(
          {C.Name, &C.Cost});
    else
      Costs[C.Name] = &C.Cost;
  // Later files and later rules win.
  for (const FixKnowledge &F : Library.Fixes)
    Fixes[F.Name].insert(Fixes[F.Name].begin(), &F);
}

//===----------------------------------------------------------------------===//
// Asking
//===----------------------------------------------------------------------===//

const FunctionKnowledge *
KnowledgeBase::function(llvm::StringRef QualifiedName,
                        llvm::StringRef Signature) const {
  const FunctionKnowledge *Best = nullptr;
  int BestRank = -1;
  // Later files win among equals; so do later rules of one file.
  auto Offer = [&](const FunctionKnowledge *F, bool Exact) {
    if (F->Signature && *F->Signature != Signature)
      return;
    int Rank = static_cast<int>(F->Library->Origin) * 4 + (Exact ? 2 : 0) +
               (F->Signature ? 1 : 0);
    if (Rank >= BestRank) {
      Best = F;
      BestRank = Rank;
    }
  };
  if (auto It = Functions.find(QualifiedName); It != Functions.end())
    for (const FunctionKnowledge *F : It->second)
      Offer(F, /*Exact=*/true);
  auto It = Patterns.find(QualifiedName.split("::").first);
  if (It != Patterns.end())
    for (const Pattern<FunctionKnowledge> &P : It->second)
      if (matchesPattern(P.Text, QualifiedName))
        Offer(P.Rule, /*Exact=*/false);
  return Best;
}

uint32_t KnowledgeBase::typeTraits(llvm::StringRef QualifiedName) const {
  return Types.lookup(QualifiedName);
}

uint32_t KnowledgeBase::variableTraits(llvm::StringRef QualifiedName) const {
  return Variables.lookup(QualifiedName);
}

const FieldKnowledge *
KnowledgeBase::field(llvm::StringRef QualifiedName) const {
  return Fields.lookup(QualifiedName);
}

const CostRule *KnowledgeBase::cost(llvm::StringRef QualifiedName) const {
  if (const CostRule *Exact = Costs.lookup(QualifiedName))
    return Exact;
  auto It = CostPatterns.find(QualifiedName.split("::").first);
  if (It == CostPatterns.end())
    return nullptr;
  // Later files and later rules win.
  for (const Pattern<CostRule> &P : llvm::reverse(It->second))
    if (matchesPattern(P.Text, QualifiedName))
      return P.Rule;
  return nullptr;
}

llvm::ArrayRef<const FixKnowledge *>
KnowledgeBase::fixes(llvm::StringRef QualifiedName) const {
  auto It = Fixes.find(QualifiedName);
  if (It == Fixes.end())
    return {};
  return It->second;
}

const LibraryKnowledge *
KnowledgeBase::libraryOf(llvm::StringRef QualifiedName) const {
  const LibraryKnowledge *Best = nullptr;
  size_t Longest = 0;
  for (const auto &Library : Libraries)
    for (llvm::StringRef Namespace : Library->Namespaces) {
      llvm::StringRef Rest = QualifiedName;
      if (Rest.consume_front(Namespace) &&
          (Rest.empty() || Rest.starts_with("::")) &&
          Namespace.size() >= Longest) {
        Best = Library.get();
        Longest = Namespace.size();
      }
    }
  return Best;
}

const LibraryKnowledge *KnowledgeBase::library(llvm::StringRef Id) const {
  for (const auto &Library : llvm::reverse(Libraries))
    if (Library->Id == Id)
      return Library.get();
  return nullptr;
}

} // namespace nostall

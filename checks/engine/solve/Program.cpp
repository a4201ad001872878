//===- Program.cpp - a linked program with its knowledge --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/Program.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"

namespace nostall {

Program::Program(const LUSummary &Summary, const KnowledgeBase &Knowledge)
    : S(Summary), Knowledge(Knowledge) {
  indexBodies();
  indexTypes();
  indexOverrides();
  indexDeclarations();
  indexKnowledge();
}

void Program::indexBodies() {
  for (FunctionIndex F = 0; F < S.Functions.size(); ++F)
    Bodies[entityOf(F).Name].push_back(F);
  for (const UnitBody &B : S.UnitBodies)
    UnitHasBody[{B.Unit, B.Function}] = 1;
}

FunctionIndex Program::functionOfCall(uint32_t Call) const {
  // Functions own consecutive ranges, in order.
  auto It = llvm::partition_point(S.Functions, [&](const FunctionSummary &F) {
    return F.FirstCall + F.NumCalls <= Call;
  });
  return It == S.Functions.end() || It->FirstCall > Call
             ? NoIndex
             : static_cast<FunctionIndex>(It - S.Functions.begin());
}

int Program::latentConfidence(const CallEdge &Call) const {
  const CallEdge &Main = *(&Call - Call.Main);
  const FunctionKnowledge *K =
      Main.Callee == NoIndex ? nullptr : knowledge(Main.Callee);
  if (!K)
    return 0;
  if (Call.Flags & CF_IfConstructs)
    return K->Constructs == Call.TemplateArg ? 2 : 0;
  if (K->Destroys == Call.TemplateArg)
    return 2;
  return K->Releases == Call.TemplateArg ? 1 : 0;
}

/// Length of the common leading directories of two files.
static size_t commonDirectories(llvm::StringRef A, llvm::StringRef B) {
  size_t Common = 0;
  for (size_t I = 0; I < std::min(A.size(), B.size()) && A[I] == B[I]; ++I)
    if (A[I] == '/')
      Common = I + 1;
  return Common;
}

FunctionIndex Program::body(EntityIndex E, FunctionIndex From) const {
  const Entity &Callee = S.Entities[E];
  auto It = Bodies.find(Callee.Name);
  if (It == Bodies.end())
    return NoIndex;
  llvm::ArrayRef<FunctionIndex> Candidates = It->second;
  if (Candidates.size() == 1 || From == NoIndex)
    return Candidates.front();
  // Several programs have this name. The caller's own unit knows best, then
  // the file that declares it, then the nearest directory.
  uint32_t Unit = S.Functions[From].Unit;
  FunctionIndex Best = Candidates.front();
  size_t BestRank = 0;
  llvm::StringRef CallerFile = file(S.Functions[From].Loc.File);
  for (FunctionIndex Candidate : Candidates) {
    const FunctionSummary &F = S.Functions[Candidate];
    size_t Rank = 1 + commonDirectories(CallerFile, file(F.Loc.File));
    if (S.Entities[F.Entity].DeclFile == Callee.DeclFile)
      Rank += 1u << 16;
    if (UnitHasBody.contains({Unit, Candidate}))
      Rank += 1u << 20;
    if (Rank > BestRank) {
      BestRank = Rank;
      Best = Candidate;
    }
  }
  return Best;
}

void Program::indexDeclarations() {
  Declarations.resize(S.Entities.size());
  for (EntityIndex E = 0; E < S.Entities.size(); ++E) {
    const uint32_t Flags = S.Entities[E].Flags;
    Declarations[E] = Flags & EF_Declared;
    if (Declarations[E] || !(Flags & EF_Virtual))
      continue;
    for (EntityIndex Base : overridden(E))
      Declarations[E] |= S.Entities[Base].Flags & EF_Declared;
  }
}

/// What the source says of \p E as knowledge; the file annotations.yaml says
/// what each word means.
const FunctionKnowledge *Program::declaredKnowledge(EntityIndex E) const {
  if (Declarations[E] & EF_DeclaredBlocking)
    return Knowledge.function("nostall::blocking", "");
  if (Declarations[E] & EF_DeclaredOffload)
    return Knowledge.function("nostall::offload", "");
  return nullptr;
}

void Program::indexKnowledge() {
  EntityKnowledge.resize(S.Entities.size());
  EntityCosts.resize(S.Entities.size());
  for (EntityIndex E = 0; E < S.Entities.size(); ++E) {
    const Entity &Ent = S.Entities[E];
    llvm::StringRef Name = S.Strings[Ent.QualifiedName];
    bool IsC = (Ent.Flags & EF_ExternC) && !Bodies.contains(Ent.Name);
    if (IsC || Name.contains("::"))
      EntityCosts[E] = Knowledge.cost(Name);
    // The source knows its own functions; the user's files come before it.
    const FunctionKnowledge *Declared = declaredKnowledge(E);
    EntityKnowledge[E] = Declared;
    const FunctionKnowledge *K =
        Knowledge.function(Name, S.Strings[Ent.Signature]);
    if (!K || (Declared && K->Library->Origin != KnowledgeOrigin::User))
      continue;
    // A C name says little: the program may have a `connect` of its own. A
    // namespace belongs to its library, and so does what its headers declare.
    KnowledgeOrigin Origin = K->Library->Origin;
    if (!Name.contains("::") &&
        ((Origin == KnowledgeOrigin::Builtin && !IsC) ||
         (Origin == KnowledgeOrigin::Installed && !(Ent.Flags & EF_External))))
      continue;
    EntityKnowledge[E] = K;
  }
}

void Program::indexOverrides() {
  for (const Override &O : S.Overrides) {
    DirectOverriders[S.Entities[O.Base].Name].push_back(O.Derived);
    DirectlyOverridden[S.Entities[O.Derived].Name].push_back(O.Base);
  }
}

llvm::ArrayRef<EntityIndex> Program::overriders(EntityIndex E) const {
  EntityName Name = S.Entities[E].Name;
  auto Known = Overriders.find(Name);
  if (Known != Overriders.end())
    return Known->second;
  llvm::SmallVector<EntityIndex, 4> Found;
  llvm::SmallVector<EntityName, 8> Work = {Name};
  std::unordered_map<EntityName, char, EntityNameHash> Seen = {{Name, 1}};
  while (!Work.empty()) {
    auto It = DirectOverriders.find(Work.pop_back_val());
    if (It == DirectOverriders.end())
      continue;
    for (EntityIndex Derived : It->second)
      if (Seen.try_emplace(S.Entities[Derived].Name, 1).second) {
        Found.push_back(Derived);
        Work.push_back(S.Entities[Derived].Name);
      }
  }
  llvm::sort(Found);
  return Overriders[Name] = std::move(Found);
}

llvm::SmallVector<EntityIndex, 4> Program::overridden(EntityIndex E) const {
  llvm::SmallVector<EntityIndex, 4> Found;
  llvm::SmallVector<EntityName, 8> Work = {S.Entities[E].Name};
  while (!Work.empty()) {
    auto It = DirectlyOverridden.find(Work.pop_back_val());
    if (It == DirectlyOverridden.end())
      continue;
    for (EntityIndex Base : It->second)
      if (!llvm::is_contained(Found, Base)) {
        Found.push_back(Base);
        Work.push_back(S.Entities[Base].Name);
      }
  }
  return Found;
}

void Program::indexTypes() {
  for (const BaseClass &B : S.BaseClasses) {
    Bases[B.Derived].push_back(B.Base);
    ClassIds[S.Strings[B.Derived]] = B.Derived;
  }
  TypeTraits.resize(S.Strings.size());
  for (StringId Id = 1; Id < S.Strings.size(); ++Id)
    TypeTraits[Id] = Knowledge.typeTraits(S.Strings[Id]);
  // A class has the traits of its nearest base that has any: std::ofstream is
  // a file stream although std::ostream may be anything.
  for (const auto &[Derived, Direct] : Bases) {
    if (TypeTraits[Derived])
      continue;
    llvm::SmallVector<StringId, 8> Work(Direct.begin(), Direct.end());
    llvm::DenseSet<StringId> Seen;
    while (!Work.empty()) {
      StringId Base = Work.pop_back_val();
      if (!Seen.insert(Base).second)
        continue;
      if (uint32_t Traits = Knowledge.typeTraits(S.Strings[Base])) {
        TypeTraits[Derived] |= Traits;
        continue;
      }
      auto It = Bases.find(Base);
      if (It != Bases.end())
        Work.append(It->second);
    }
  }
}

bool Program::derivesFrom(llvm::StringRef Class, llvm::StringRef Base) const {
  if (Class == Base)
    return true;
  auto It = ClassIds.find(Class);
  return It != ClassIds.end() && derivesFrom(It->second, Base);
}

bool Program::derivesFrom(StringId Type, llvm::StringRef Base) const {
  llvm::SmallVector<StringId, 8> Work = {Type};
  llvm::DenseSet<StringId> Seen;
  while (!Work.empty()) {
    StringId T = Work.pop_back_val();
    if (!Seen.insert(T).second)
      continue;
    if (S.Strings[T] == Base)
      return true;
    auto It = Bases.find(T);
    if (It != Bases.end())
      Work.append(It->second);
  }
  return false;
}

} // namespace nostall

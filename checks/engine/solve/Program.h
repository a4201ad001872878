//===- Program.h - a linked program with its knowledge ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The solver's view of an LUSummary: which body a call reaches, which methods
// override which, what the KnowledgeBase says of each function and type.
//
// Immutable after construction. Refers to the summary and the knowledge, which
// must outlive it. Functions are named by their index in the summary.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/knowledge/KnowledgeBase.h"
#include "model/LUSummary.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"

#include <unordered_map>
#include <vector>

namespace nostall {

using FunctionIndex = uint32_t;

class Program {
public:
  Program(const LUSummary &Summary, const KnowledgeBase &Knowledge);

  const LUSummary &summary() const { return S; }
  const KnowledgeBase &knowledge() const { return Knowledge; }

  size_t numFunctions() const { return S.Functions.size(); }
  const FunctionSummary &function(FunctionIndex F) const {
    return S.Functions[F];
  }
  const Entity &entity(EntityIndex E) const { return S.Entities[E]; }
  const Entity &entityOf(FunctionIndex F) const {
    return S.Entities[S.Functions[F].Entity];
  }
  llvm::ArrayRef<CallEdge> calls(FunctionIndex F) const {
    const FunctionSummary &Fn = S.Functions[F];
    return llvm::ArrayRef(S.Calls).slice(Fn.FirstCall, Fn.NumCalls);
  }
  llvm::ArrayRef<Flow> flows(FunctionIndex F) const {
    const FunctionSummary &Fn = S.Functions[F];
    return llvm::ArrayRef(S.Flows).slice(Fn.FirstFlow, Fn.NumFlows);
  }
  llvm::ArrayRef<Loop> loops(FunctionIndex F) const {
    const FunctionSummary &Fn = S.Functions[F];
    return llvm::ArrayRef(S.Loops).slice(Fn.FirstLoop, Fn.NumLoops);
  }
  llvm::ArrayRef<FlowBlock> blocks(FunctionIndex F) const {
    const FunctionSummary &Fn = S.Functions[F];
    return llvm::ArrayRef(S.Blocks).slice(Fn.FirstBlock, Fn.NumBlocks);
  }
  /// The values of argument \p Arg (0 is the object argument); empty when
  /// unknown.
  llvm::ArrayRef<Value> argument(const CallEdge &Call, unsigned Arg) const {
    if (Arg >= Call.NumArgs)
      return {};
    const Argument &A = S.Args[Call.FirstArg + Arg];
    return llvm::ArrayRef(S.Values).slice(A.FirstValue, A.NumValues);
  }
  llvm::ArrayRef<Value> values(const Flow &F) const {
    return llvm::ArrayRef(S.Values).slice(F.FirstValue, F.NumValues);
  }
  /// False for what a call might do to an object of its template arguments
  /// and, as the knowledge has it, does not; and for the destruction of what
  /// was moved from.
  bool isActive(const CallEdge &Call) const {
    if (Call.Flags & CF_MovedFrom)
      return false;
    return !(Call.Flags & (CF_IfConstructs | CF_IfDestroys)) ||
           latentConfidence(Call) != 0;
  }
  /// 2 when it certainly happens, 1 when it may, 0 when it does not.
  int latentConfidence(const CallEdge &Call) const;
  llvm::StringRef string(StringId Id) const { return S.Strings[Id]; }
  llvm::StringRef file(FileId Id) const { return S.Files[Id]; }
  llvm::StringRef nameOf(EntityIndex E) const {
    return S.Strings[S.Entities[E].QualifiedName];
  }
  llvm::StringRef nameOf(const FunctionSummary &F) const {
    return nameOf(F.Entity);
  }
  bool isCoroutine(FunctionIndex F) const {
    return (S.Functions[F].Flags & (FF_Coroutine | FF_Generator)) ==
           FF_Coroutine;
  }

  /// The function that makes call \p Call.
  FunctionIndex functionOfCall(uint32_t Call) const;

  /// The body that \p E means when called from \p From; NoIndex for none.
  FunctionIndex body(EntityIndex E, FunctionIndex From) const;

  /// What is known about \p E; null when nothing is, or when the program's
  /// own body says it better.
  const FunctionKnowledge *knowledge(EntityIndex E) const {
    return EntityKnowledge[E];
  }

  /// What the source says of \p E, by EntityFlag: EF_DeclaredLoop and so on.
  /// A method has what it overrides says, unless it says something itself.
  uint32_t declared(EntityIndex E) const { return Declarations[E]; }
  /// Whether the source says that \p F does not block: what it does is then no
  /// matter of its callers.
  bool isTrusted(FunctionIndex F) const {
    return Declarations[S.Functions[F].Entity] & EF_DeclaredNonblocking;
  }

  /// What a call of \p E computes; null when nothing is known.
  const CostRule *cost(EntityIndex E) const { return EntityCosts[E]; }

  /// Methods that override \p E, at any depth.
  llvm::ArrayRef<EntityIndex> overriders(EntityIndex E) const;
  /// Methods that \p E overrides, at any depth.
  llvm::SmallVector<EntityIndex, 4> overridden(EntityIndex E) const;

  /// Traits of the class named \p Type, inherited ones included.
  uint32_t typeTraits(StringId Type) const { return TypeTraits[Type]; }
  bool derivesFrom(StringId Type, llvm::StringRef Base) const;
  bool derivesFrom(llvm::StringRef Class, llvm::StringRef Base) const;
  bool hasBases(llvm::StringRef Class) const { return ClassIds.count(Class); }

private:
  void indexBodies();
  void indexDeclarations();
  void indexKnowledge();
  const FunctionKnowledge *declaredKnowledge(EntityIndex E) const;
  void indexOverrides();
  void indexTypes();

  const LUSummary &S;
  const KnowledgeBase &Knowledge;
  /// Bodies by name; several where programs of one build share it.
  std::unordered_map<EntityName, llvm::SmallVector<FunctionIndex, 1>,
                     EntityNameHash>
      Bodies;
  /// For names with several bodies: the one that a unit means.
  llvm::DenseMap<std::pair<uint32_t, FunctionIndex>, char> UnitHasBody;
  std::vector<uint32_t> Declarations;
  std::vector<const FunctionKnowledge *> EntityKnowledge;
  std::vector<const CostRule *> EntityCosts;
  /// One number per EntityName: overrides hold whatever file declared it.
  std::unordered_map<EntityName, llvm::SmallVector<EntityIndex, 2>,
                     EntityNameHash>
      DirectOverriders, DirectlyOverridden;
  mutable std::unordered_map<EntityName, llvm::SmallVector<EntityIndex, 4>,
                             EntityNameHash>
      Overriders;
  std::vector<uint32_t> TypeTraits;
  llvm::DenseMap<StringId, llvm::SmallVector<StringId, 2>> Bases;
  llvm::StringMap<StringId> ClassIds; ///< Of the classes in Bases.
};

} // namespace nostall

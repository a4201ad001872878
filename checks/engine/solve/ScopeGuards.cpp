//===- ScopeGuards.cpp - callables that one local object runs ---*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/ScopeGuards.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"

#include <map>

namespace nostall {
namespace {

llvm::StringRef classOf(const Program &P, FunctionIndex F) {
  return P.nameOf(P.function(F)).rsplit("::").first;
}

/// A class whose objects run what they were constructed with.
struct GuardClass {
  llvm::DenseSet<FunctionIndex> Constructors;
  llvm::DenseSet<FunctionIndex> Runners; ///< Functions that run the callable.
  bool Possible = true;
};

class GuardFinder {
public:
  GuardFinder(const ValueFlow &Values, llvm::ArrayRef<StoreRecord> Stores,
              std::vector<Edge> &Edges)
      : Values(Values), P(Values.program()), Stores(Stores), Edges(Edges) {}
  void run();

private:
  void findClasses();
  std::optional<uint32_t> localMadeBy(const Edge &Construction) const;
  bool narrow(const GuardClass &Class, std::vector<Edge> &Added) const;
  void addRuns(const GuardClass &Class, const Edge &Construction,
               uint32_t Local, std::vector<Edge> &Added) const;

  const ValueFlow &Values;
  const Program &P;
  llvm::ArrayRef<StoreRecord> Stores;
  std::vector<Edge> &Edges;
  std::map<SlotIndex, GuardClass> Classes;
};

void GuardFinder::findClasses() {
  for (const Edge &E : Edges) {
    if (E.Kind != EdgeKind::Stored)
      continue;
    const StoreRecord &Store = Stores[E.Detail];
    GuardClass &Class = Classes[Store.Slot];
    Class.Runners.insert(E.Caller);
    Class.Possible &=
        Store.By != NoIndex && (P.entityOf(Store.By).Flags & EF_Constructor) &&
        classOf(P, Store.By) == classOf(P, E.Caller);
    if (Class.Possible)
      Class.Constructors.insert(Store.By);
  }
}

/// The variable of the caller that the constructor's call initialises.
std::optional<uint32_t>
GuardFinder::localMadeBy(const Edge &Construction) const {
  const FunctionSummary &Fn = P.function(Construction.Caller);
  int64_t Made = Construction.Call - Fn.FirstCall;
  for (uint32_t I = 0; I < Fn.NumFlows; ++I) {
    const Flow &Put = P.summary().Flows[Fn.FirstFlow + I];
    if (Put.Target == FlowTarget::Local)
      for (const Value &V : P.values(Put))
        if (V.Kind == ValueKind::Result && V.Data == Made)
          return Put.Index;
  }
  return std::nullopt;
}

/// What the variable's functions run, at the calls of them.
void GuardFinder::addRuns(const GuardClass &Class, const Edge &Construction,
                          uint32_t Local, std::vector<Edge> &Added) const {
  FunctionIndex G = Construction.Caller;
  const CallEdge &Made = P.summary().Calls[Construction.Call];
  llvm::SmallVector<FunctionIndex, 2> Bodies;
  for (unsigned Arg = 1; Arg < Made.NumArgs; ++Arg)
    for (const Origin &O : Values.argument(G, Made, Arg))
      if (O.Kind == OriginKind::Function || O.Kind == OriginKind::Bind)
        if (FunctionIndex Body = P.body(static_cast<EntityIndex>(O.Data), G);
            Body != NoIndex)
          Bodies.push_back(Body);
  const FunctionSummary &Fn = P.function(G);
  for (uint32_t I = 0; I < Fn.NumCalls; ++I) {
    const CallEdge &Call = P.summary().Calls[Fn.FirstCall + I];
    llvm::ArrayRef<Value> Object = P.argument(Call, 0);
    if (Call.Callee == NoIndex || !P.isActive(Call) || Object.size() != 1 ||
        Object[0].Kind != ValueKind::Local || Object[0].Data != Local)
      continue;
    FunctionIndex Runner = P.body(Call.Callee, G);
    if (Runner == NoIndex || !Class.Runners.contains(Runner))
      continue;
    for (FunctionIndex Body : Bodies)
      Added.push_back({G, Fn.FirstCall + I, Body, Runner, EdgeKind::Passed,
                       Confidence::High});
  }
}

/// False when some object of the class is no local variable.
bool GuardFinder::narrow(const GuardClass &Class,
                         std::vector<Edge> &Added) const {
  size_t Before = Added.size();
  for (const Edge &E : Edges) {
    if (!Class.Constructors.contains(E.Callee) || E.Kind != EdgeKind::Call)
      continue;
    std::optional<uint32_t> Local = localMadeBy(E);
    if (!Local) {
      Added.resize(Before);
      return false;
    }
    addRuns(Class, E, *Local, Added);
  }
  return true;
}

void GuardFinder::run() {
  findClasses();
  std::vector<Edge> Added;
  llvm::DenseSet<SlotIndex> Narrowed;
  for (const auto &[Slot, Class] : Classes)
    if (Class.Possible && narrow(Class, Added))
      Narrowed.insert(Slot);
  llvm::erase_if(Edges, [&](const Edge &E) {
    return E.Kind == EdgeKind::Stored &&
           Narrowed.contains(Stores[E.Detail].Slot);
  });
  Edges.insert(Edges.end(), Added.begin(), Added.end());
}

} // namespace

void narrowScopeGuards(const ValueFlow &Values,
                       llvm::ArrayRef<StoreRecord> Stores,
                       std::vector<Edge> &Edges) {
  GuardFinder(Values, Stores, Edges).run();
}

} // namespace nostall

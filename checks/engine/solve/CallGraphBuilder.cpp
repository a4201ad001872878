//===- CallGraphBuilder.cpp - collects a call graph -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/CallGraphBuilder.h"

#include "engine/solve/ScopeGuards.h"

namespace nostall {

CallGraphBuilder::CallGraphBuilder(const Program &P, CallGraph &Graph)
    : P(P), Graph(Graph), HasStart(P.numFunctions()) {
  Graph.UnknownStart.resize(P.numFunctions());
}

void CallGraphBuilder::addEdge(const Edge &E) {
  if (KnownEdges.insert({E.Call, E.Callee, E.Kind}).second)
    Graph.Edges.push_back(E);
}

void CallGraphBuilder::addEntry(const Entry &E) {
  if (KnownEntries.insert({E.Function, E.Where, E.Call}).second)
    Graph.Entries.push_back(E);
}

uint32_t CallGraphBuilder::addStore(const StoreRecord &S) {
  Graph.Stores.push_back(S);
  return Graph.Stores.size() - 1;
}

void CallGraphBuilder::loseCallable(FunctionIndex F) {
  ++Graph.Stats.LostCallables;
  Graph.UnknownStart[F] = true;
}

void CallGraphBuilder::loseCall(const LostCall &Call) {
  ++(Call.IsUnknownFunction ? Graph.Stats.UnknownFunctions
                            : Graph.Stats.UnresolvedCalls);
  Graph.Stats.LostCalls.push_back(Call);
}

void CallGraphBuilder::finish(const ValueFlow &Values) {
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F)
    if (P.isCoroutine(F) && !HasStart[F])
      Graph.UnknownStart[F] = true;
  narrowScopeGuards(Values, Graph.Stores, Graph.Edges);
  Graph.index(P.numFunctions());
}

} // namespace nostall

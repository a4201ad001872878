//===- CallGraphBuilder.h - collects a call graph ---------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the steps that make a call graph tell it. Each edge and each entry is
// kept once, however often it is found.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/CallGraph.h"

#include <set>
#include <tuple>
#include <vector>

namespace nostall {

/// Fills \p Graph, which must outlive it, as must \p P.
class CallGraphBuilder {
public:
  CallGraphBuilder(const Program &P, CallGraph &Graph);

  void addEdge(const Edge &E);
  /// By a call.
  void addEntry(const Entry &E);
  /// Because of the last store.
  void addStoredEntry(const Entry &E) { Graph.Entries.push_back(E); }
  /// Its index in CallGraph::stores().
  uint32_t addStore(const StoreRecord &S);

  void countCall() { ++Graph.Stats.Calls; }
  /// A start of the coroutine \p F was seen, be it a lost one.
  void seeStart(FunctionIndex F) { HasStart[F] = true; }
  /// A callable or task of \p F went where it cannot be followed.
  void loseCallable(FunctionIndex F);
  void loseCall(const LostCall &Call);

  /// When all is told: sorts and indexes the graph.
  void finish(const ValueFlow &Values);

private:
  const Program &P;
  CallGraph &Graph;
  std::set<std::tuple<uint32_t, FunctionIndex, EdgeKind>> KnownEdges;
  std::set<std::tuple<FunctionIndex, RunsIn, uint32_t>> KnownEntries;
  std::vector<bool> HasStart;
};

} // namespace nostall

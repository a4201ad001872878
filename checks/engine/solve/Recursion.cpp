//===- Recursion.cpp - functions that call one another ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/Recursion.h"

#include <algorithm>

namespace nostall {

namespace {
/// Tarjan's algorithm, without recursion of its own: chains of calls are long.
class ComponentFinder {
public:
  ComponentFinder(const CallGraph &Graph, FunctionIndex NumFunctions)
      : Graph(Graph), Group(NumFunctions), Order(NumFunctions),
        Lowest(NumFunctions), IsOpen(NumFunctions) {}

  std::vector<uint32_t> run() {
    for (FunctionIndex F = 0; F != Order.size(); ++F)
      if (Order[F] == 0)
        walk(F);
    return std::move(Group);
  }

private:
  struct Visit {
    FunctionIndex Function;
    size_t NextEdge;
  };

  void enter(FunctionIndex F) {
    Order[F] = Lowest[F] = ++Entered;
    IsOpen[F] = true;
    Open.push_back(F);
    Visits.push_back({F, 0});
  }

  void close(FunctionIndex Root) {
    FunctionIndex Member = NoIndex;
    do {
      Member = Open.back();
      Open.pop_back();
      IsOpen[Member] = false;
      Group[Member] = NumGroups;
    } while (Member != Root);
    ++NumGroups;
  }

  void walk(FunctionIndex Start) {
    enter(Start);
    while (!Visits.empty()) {
      auto &[F, NextEdge] = Visits.back();
      llvm::ArrayRef<Edge> Edges = Graph.callees(F);
      if (NextEdge != Edges.size()) {
        const Edge &E = Edges[NextEdge++];
        if (E.Kind != EdgeKind::Call)
          continue;
        if (Order[E.Callee] == 0)
          enter(E.Callee);
        else if (IsOpen[E.Callee])
          Lowest[F] = std::min(Lowest[F], Order[E.Callee]);
        continue;
      }
      const FunctionIndex Done = F;
      if (Lowest[Done] == Order[Done])
        close(Done);
      Visits.pop_back();
      if (!Visits.empty()) {
        FunctionIndex Before = Visits.back().Function;
        Lowest[Before] = std::min(Lowest[Before], Lowest[Done]);
      }
    }
  }

  const CallGraph &Graph;
  std::vector<uint32_t> Group, Order, Lowest;
  std::vector<bool> IsOpen;
  std::vector<FunctionIndex> Open;
  std::vector<Visit> Visits;
  uint32_t Entered = 0, NumGroups = 0;
};
} // namespace

std::vector<uint32_t> recursionGroups(const CallGraph &Graph,
                                      FunctionIndex NumFunctions) {
  return ComponentFinder(Graph, NumFunctions).run();
}

} // namespace nostall

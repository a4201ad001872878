//===- CallGraph.cpp - who runs whom, and where -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/CallGraph.h"

#include "engine/solve/CallGraphBuilder.h"
#include "engine/solve/CallableFlow.h"
#include "engine/solve/DirectCalls.h"

#include "llvm/ADT/STLExtras.h"

#include <tuple>

namespace nostall {

CallGraph::CallGraph(const ValueFlow &Values) {
  CallGraphBuilder Builder(Values.program(), *this);
  addDirectCalls(Values.program(), Builder);
  CallableUses Uses(Values);
  CallableFlow(Values, Uses, Builder).run();
  Builder.finish(Values);
}

/// Sorts the edges by caller and call, and indexes them both ways.
void CallGraph::index(size_t NumFunctions) {
  auto Less = [](const Edge &A, const Edge &B) {
    return std::tie(A.Caller, A.Call, A.Callee, A.Kind) <
           std::tie(B.Caller, B.Call, B.Callee, B.Kind);
  };
  llvm::sort(Edges, Less);
  First.assign(NumFunctions + 1, 0);
  FirstIn.assign(NumFunctions + 1, 0);
  for (const Edge &E : Edges) {
    ++First[E.Caller + 1];
    ++FirstIn[E.Callee + 1];
  }
  for (size_t I = 0; I < NumFunctions; ++I) {
    First[I + 1] += First[I];
    FirstIn[I + 1] += FirstIn[I];
  }
  In.resize(Edges.size());
  std::vector<uint32_t> Next(FirstIn.begin(), FirstIn.end() - 1);
  for (uint32_t I = 0; I < Edges.size(); ++I)
    In[Next[Edges[I].Callee]++] = I;
  llvm::sort(Entries, [](const Entry &A, const Entry &B) {
    return std::tie(A.Function, A.Call, A.Where) <
           std::tie(B.Function, B.Call, B.Where);
  });
}

} // namespace nostall

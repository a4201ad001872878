//===- CallGraph.h - who runs whom, and where -------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Resolves every call of the program: direct calls, virtual calls through the
// whole class hierarchy, calls through parameters, and calls of what was
// stored in members, containers and tables anywhere in the program.
//
// A callable (lambda, function, bound method) or a coroutine's task is
// followed from where it is made:
//   * passed to a parameter that the callee calls: it runs inline, and the
//     edge belongs to the call that passed it, so that a helper used on the
//     loop and on a worker does not mix their callbacks;
//   * given to a library function that runs it on a loop, a worker, or an
//     executor: it is an entry of that kind;
//   * stored in a slot: it runs wherever the slot's content is called;
//   * lost in code that nothing is known of: counted.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/ValueFlow.h"

#include <vector>

namespace nostall {

enum class Confidence : uint8_t { Low, Medium, High };

enum class EdgeKind : uint8_t {
  Call,
  Virtual,
  Passed,  ///< Given as an argument and called by the callee (Detail: which
           ///< function calls it, or NoIndex when a library does).
  Stored,  ///< Found in a slot (Detail: into CallGraph::stores()).
  Started, ///< The task of a coroutine: awaited, or run by an eager call.
  Waited,  ///< The same, and the call waits for its end (sync_wait).
};

struct Edge {
  FunctionIndex Caller = NoIndex;
  uint32_t Call = NoIndex; ///< Into LUSummary::Calls; one of Caller's.
  FunctionIndex Callee = NoIndex;
  uint32_t Detail = NoIndex;
  EdgeKind Kind = EdgeKind::Call;
  Confidence Sure = Confidence::High;
};

/// A callable was put into a slot.
struct StoreRecord {
  SlotIndex Slot = 0;
  FunctionIndex By = NoIndex;
  Location Where;
};

/// A library runs Function as `Where` says: because of Call in By, or because
/// it was put into a member of the library (Store).
struct Entry {
  FunctionIndex Function = NoIndex;
  RunsIn Where = RunsIn::Loop;
  FunctionIndex By = NoIndex;
  uint32_t Call = NoIndex;
  uint32_t Store = NoIndex;
  const LibraryKnowledge *Library = nullptr;
  Confidence Sure = Confidence::High;
};

/// A call of a project's function that the graph cannot follow.
struct LostCall {
  FunctionIndex In = NoIndex;
  uint32_t Call = NoIndex; ///< Index in the summary's Calls.
  bool IsUnknownFunction = false; ///< Else nobody knows whom it calls.
};

struct CallGraphStats {
  uint64_t Calls = 0;
  /// Indirect or virtual calls with no known target.
  uint64_t UnresolvedCalls = 0;
  /// Callables given to functions of which nothing is known.
  uint64_t LostCallables = 0;
  /// Calls of functions with no body and no knowledge.
  uint64_t UnknownFunctions = 0;
  /// Those of UnresolvedCalls and UnknownFunctions.
  std::vector<LostCall> LostCalls;
};

class CallGraph {
public:
  explicit CallGraph(const ValueFlow &Values);

  llvm::ArrayRef<Edge> edges() const { return Edges; }
  /// Edges out of \p F, in order of their calls.
  llvm::ArrayRef<Edge> callees(FunctionIndex F) const {
    return llvm::ArrayRef(Edges).slice(First[F], First[F + 1] - First[F]);
  }
  /// Indices into edges() of those that reach \p F.
  llvm::ArrayRef<uint32_t> callers(FunctionIndex F) const {
    return llvm::ArrayRef(In).slice(FirstIn[F], FirstIn[F + 1] - FirstIn[F]);
  }
  llvm::ArrayRef<Entry> entries() const { return Entries; }
  llvm::ArrayRef<StoreRecord> stores() const { return Stores; }
  /// Whether some start of coroutine \p F could not be followed.
  bool hasUnknownStart(FunctionIndex F) const { return UnknownStart[F]; }
  const CallGraphStats &stats() const { return Stats; }

private:
  friend class CallGraphBuilder;
  void index(size_t NumFunctions);

  std::vector<Edge> Edges;
  std::vector<uint32_t> First, In, FirstIn;
  std::vector<Entry> Entries;
  std::vector<StoreRecord> Stores;
  std::vector<bool> UnknownStart;
  CallGraphStats Stats;
};

} // namespace nostall

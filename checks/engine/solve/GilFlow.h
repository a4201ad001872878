//===- GilFlow.h - where Python's GIL is held -------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Forward analysis of each function's flow graph: at each call, is the GIL
// held, has it been released, or is that as it was on entry? What the program's
// own helpers do to it (a guard's constructor, `unlock(connection)`) is found
// out first, so that their callers see it.
//
// Releasing and taking are matched: what was released and taken again is as it
// was before.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/CallGraph.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallVector.h"

#include <optional>
#include <vector>

namespace nostall {

enum class GilState : uint8_t {
  AsEntry,
  Held,      ///< Taken in this function.
  MaybeHeld, ///< As on entry on one way, held on the other.
  Released,
  MaybeReleased, ///< On one of the ways here.
  Restored, ///< As before its caller took it.
  Unknown,
};

class GilFlow {
public:
  GilFlow(const Program &P, const CallGraph &Graph);

  /// Whether the GIL is held at a call of \p F, by local index, when it is held
  /// (\p AtEntry), or not known to be, on entry.
  bool holds(FunctionIndex F, uint32_t Call, bool AtEntry) const {
    return holds(before(F, Call), AtEntry);
  }
  /// The same for a loop statement, by local index + 1.
  bool holdsInLoop(FunctionIndex F, uint16_t Loop, bool AtEntry) const;
  /// Whether the edge's callee is entered with the GIL held.
  bool carries(const Edge &E, bool AtEntry) const;
  /// The call by which \p F first takes the GIL and keeps it for a while;
  /// NoIndex for none. Local.
  uint32_t takes(FunctionIndex F) const;
  /// Whose functions \p F, or what it calls for that, releases or takes the GIL
  /// with; null for none.
  const LibraryKnowledge *libraryOf(FunctionIndex F) const;

private:
  /// What a function, or a library's, does to the GIL.
  enum class Operation : uint8_t {
    None,
    Release,
    Acquire,    ///< What was released.
    MayAcquire, ///< The same under a condition, taken to be the right one.
    Ensure,
    Restore, ///< What was ensured.
    Unknown,
  };
  struct State {
    GilState Now = GilState::AsEntry;
    /// What was before each release or taking that is still open.
    llvm::SmallVector<GilState, 2> Outer;

    friend bool operator==(const State &A, const State &B) {
      return A.Now == B.Now && A.Outer == B.Outer;
    }
    void meet(const State &Other);
    void apply(Operation Op);
    /// A branch shows whether it was released.
    void learn(bool WasReleased);
    bool releasesWhat(const State &Other) const;
  };
  struct Facts {
    std::vector<GilState> Before, After; ///< By local index of the call.
    Operation Whole = Operation::None;
    const LibraryKnowledge *Library = nullptr;
  };

  static bool holds(GilState S, bool AtEntry) {
    return S == GilState::Held ||
           (AtEntry && (S == GilState::AsEntry || S == GilState::MaybeHeld));
  }
  GilState before(FunctionIndex F, uint32_t Call) const;
  Operation operationOf(FunctionIndex F, uint32_t Local) const;
  const LibraryKnowledge *findLibrary(FunctionIndex F) const;
  std::optional<bool> tellsReleased(FunctionIndex F, const FlowBlock &B,
                                    unsigned Successor,
                                    llvm::ArrayRef<Operation> Operations) const;
  Facts analyze(FunctionIndex F) const;
  static Operation wholeOf(const State &AtExit);
  bool reaches(FunctionIndex From, FunctionIndex Invoker, unsigned Depth) const;

  const Program &P;
  const CallGraph &Graph;
  /// Of functions that release or take it, themselves or by others.
  llvm::DenseMap<FunctionIndex, Facts> Known;
};

} // namespace nostall

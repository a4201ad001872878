//===- Ways.h - how functions come to run on the loop -----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The ways that were found from roots to functions. A function has one, the
// best, or one for each choice of constants that matters. A way says of each
// call of its function whether it makes that call on the loop (or with the
// GIL): the call may be excluded by what is passed, stand outside of the event
// loop in an else ordinary function, or come after a switch to a worker.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/Bindings.h"
#include "engine/solve/Roots.h"

#include "llvm/ADT/BitVector.h"

#include <vector>

namespace nostall {

/// How a function comes to run on the loop.
struct Witness {
  uint32_t Root = NoIndex; ///< Into Ways::roots().
  uint32_t Via = NoIndex;  ///< Edge into it; NoIndex at the root itself.
  uint32_t From = NoIndex; ///< The caller's witness; NoIndex at the root.
  /// What must come together: calls, branches, choices among targets. Counts
  /// from the loop, through the handlers that are dispatched to.
  uint32_t Cost = 0;
  Confidence Sure = Confidence::Low;
  Binding Passed;
};

/// Refers to all that it is made with. Roots and witnesses are only ever added,
/// so that their indices stay.
class Ways {
public:
  Ways(const Program &P, const EventLoops &Loops, const CallFactTable &Facts,
       const GilFlow &Gil, const Bindings &Told);

  llvm::ArrayRef<Root> roots() const { return Roots; }
  const Witness &at(uint32_t Index) const { return Witnesses[Index]; }
  /// Those to \p F, best first, for at().
  llvm::ArrayRef<uint32_t> to(FunctionIndex F) const { return ByFunction[F]; }

  /// Its index.
  uint32_t addRoot(Root R);
  /// \p W is a new way to \p F; its index.
  uint32_t add(FunctionIndex F, const Witness &W);
  /// Whether nothing that \p W allows is excluded by a way to \p F that is
  /// known: adding it would tell nothing.
  bool covers(FunctionIndex F, const Witness &W) const;

  /// Whether the way is one with the GIL, and on no loop.
  bool isGil(const Witness &W) const {
    return Roots[W.Root].Kind == RootKind::HoldsGIL;
  }
  /// Whether the GIL is held on entry, on that way.
  bool entersWithGil(const Witness &W) const {
    return W.Via != NoIndex || !Roots[W.Root].TakesGil;
  }
  /// Whether the way is the event loop in a function, not the whole of it.
  bool isRegion(const Witness &W) const {
    return W.Via == NoIndex && Roots[W.Root].Kind == RootKind::Loop;
  }
  /// Whether \p F, reached by \p W, makes the call where \p W has it run.
  bool makes(const Witness &W, FunctionIndex F, uint32_t Call) const;

  /// Whether the call with local index \p Call of \p F runs on the loop, or
  /// with the GIL.
  bool isCallOnLoop(FunctionIndex F, uint32_t Call) const;
  /// Whether a loop statement (local index + 1) of \p F does.
  bool isLoopOnLoop(FunctionIndex F, uint16_t Loop) const;

private:
  bool isOnLoop(FunctionIndex F, uint16_t Loop) const;
  bool isMovedAway(FunctionIndex F, uint16_t Loop) const;

  const Program &P;
  const EventLoops &Loops;
  const CallFactTable &Facts;
  const GilFlow &Gil;
  const Bindings &Told;
  std::vector<Root> Roots;
  std::vector<Witness> Witnesses;
  std::vector<llvm::SmallVector<uint32_t, 1>> ByFunction; ///< Into Witnesses.
  /// Functions of which all runs on the loop; of others, only event loops.
  llvm::BitVector WholeOnLoop;
};

} // namespace nostall

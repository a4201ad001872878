//===- Bindings.h - what a call tells its callee ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A call may pass a constant to a flag that its callee tests, or an object of a
// known class to a parameter on which its callee calls virtual functions.
// Either excludes some of what the callee could do. A way from a root carries
// these facts along (docs/adr/0009), but only those on which something
// depends, so that a function is not looked at once for each of its callers.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/CallGraph.h"

#include "llvm/ADT/BitVector.h"

#include <compare>
#include <map>

namespace nostall {

/// A fact about a parameter; 0 is the object argument.
struct BoundParam {
  enum class Fact : uint8_t {
    Value,     ///< It is the constant Data.
    Class,     ///< It is, or points to, an object of class Data, a StringId.
    SomeClass, ///< Of that class or one derived from it.
  };
  unsigned Param = 0;
  Fact What = Fact::Value;
  int64_t Data = 0;

  friend auto operator<=>(const BoundParam &, const BoundParam &) = default;
};
using Binding = llvm::SmallVector<BoundParam, 2>;

class Bindings {
public:
  Bindings(const ValueFlow &Values, const CallGraph &Graph);

  /// What the callee of \p E gets to know, when its caller knows \p Known.
  Binding along(const Edge &E, const Binding &Known) const;
  /// Whether \p F can make its call with local index \p Call, when it knows
  /// \p Known.
  bool allowsCall(const Binding &Known, FunctionIndex F, uint32_t Call) const;
  /// Whether a virtual call can have this target, when its function knows
  /// \p Known.
  bool allowsTarget(const Binding &Known, const Edge &E) const;

private:
  std::optional<unsigned> testedParam(const FlowBlock &B) const;
  llvm::BitVector reachable(FunctionIndex F, const Binding &Known) const;
  void markReceivers(FunctionIndex F);
  void spread();
  void addClass(const Edge &E, unsigned Param, const Binding &Known,
                Binding &To) const;
  llvm::StringRef classOf(FunctionIndex F) const;

  const ValueFlow &Values;
  const Program &P;
  const CallGraph &Graph;
  /// By function, bits of parameters: whose value, whose class matters.
  std::vector<uint64_t> Tested, Dispatched;
  /// The calls that are made when the constants are these.
  mutable std::map<std::pair<FunctionIndex, std::vector<BoundParam>>,
                   llvm::BitVector>
      Reachable;
};

} // namespace nostall

//===- Conditions.h - tests of knowledge rules on calls ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Decides the `when` and `unless` of a rule at a call. The answer may depend
// on a parameter of the function that makes the call; then the condition moves
// to that function's callers (see Effects.h).
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/ValueFlow.h"

namespace nostall {

enum class Truth : uint8_t { False, True, Unknown, OnParam };

/// \p C about what callers pass for a parameter.
struct ParamCondition {
  const Condition *C;
  unsigned Param;
};

struct Verdict {
  Truth Answer = Truth::Unknown;
  unsigned Param = 0; ///< With Truth::OnParam; 0 is the object argument.
  /// The parameter is multiplied on the way: only whether it is zero counts.
  bool Scaled = false;
  /// With Truth::Unknown: it holds of some of the constants that it may be.
  bool Mixed = false;
  /// With Truth::True and Truth::False: the contrary, where one of these holds.
  /// What is opened below a path that callers choose is a file, unless the path
  /// begins with "/proc/".
  llvm::SmallVector<ParamCondition, 1> Unless = {};
};

/// \p C about \p Call, which \p F makes.
Verdict evaluate(const ValueFlow &Values, FunctionIndex F,
                 const CallEdge &Call, const Condition &C);

/// \p C about values that \p F has.
Verdict evaluate(const ValueFlow &Values, FunctionIndex F,
                 llvm::ArrayRef<Value> Subject, const Condition &C);

/// True when all hold, False when one fails, else Unknown.
Truth holdsAll(const ValueFlow &Values, FunctionIndex F, const CallEdge &Call,
               llvm::ArrayRef<Condition> Conditions);

/// Traits of values that \p F has: those that all origins agree on.
/// \p Known is false when some origin's nature cannot be told.
struct TraitAnswer {
  uint32_t Traits = 0;
  bool Known = false;
  std::optional<unsigned> Param;
  /// Others, where one of these holds: see Verdict.
  llvm::SmallVector<ParamCondition, 1> Unless;
};
TraitAnswer traitsOf(const ValueFlow &Values, FunctionIndex F,
                     llvm::ArrayRef<Value> Subject);

/// What calls make of variables and members all over the program, as the
/// knowledge's `marks` have it.
void markObjects(ValueFlow &Values);

} // namespace nostall

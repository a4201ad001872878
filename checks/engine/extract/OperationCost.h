//===- OperationCost.h - what operations cost -------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A rough model of optimised code (-O2) on the reference machine, an x86-64 of
// 4 GHz with data in its first caches. Costs are in picoseconds. What a call
// does is not counted here; `nostall calibrate` measures by what factor a
// machine differs from the reference.
//
// Latencies and throughputs are rounded from Agner Fog's "Instruction tables"
// (https://www.agner.org/optimize/, Skylake and Zen 2) and checked against
// measured loops: see test/bench/estimate.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "clang/AST/ASTContext.h"
#include "clang/AST/Stmt.h"

namespace nostall {

/// What \p S itself costs, its operands apart, where operations overlap as
/// they do in a processor that has several units.
double operationCost(const clang::Stmt *S, const clang::ASTContext &Context);

/// The latency of the chain that ties each round of \p Loop to the one before:
/// `sum = sum * 31 + *p++`, `p = p->next`. 0 when rounds do not depend on one
/// another. Inner loops are not looked into.
double carriedLatency(const clang::Stmt *Loop,
                      const clang::ASTContext &Context);

/// How many rounds of \p Loop are done at once, on average over compilers: 1
/// for a loop that cannot be vectorised.
double vectorFactor(const clang::Stmt *Loop, const clang::ASTContext &Context);

/// How often \p Condition holds, by its form.
double conditionChance(const clang::Expr *Condition,
                       const clang::ASTContext &Context);

/// How often, of all times that control reaches its condition, \p Branch is
/// taken, where \p Other is what is done else (or null) and \p Holds how often
/// a condition of that form means it.
double branchChance(const clang::Stmt *Branch, const clang::Stmt *Other,
                    double Holds);

/// At most this is a counter or a sum, which several rounds can share.
inline constexpr double SimpleChain = 300;

/// \p Frequency as a CallEdge::Chance; never 0.
uint8_t asChance(double Frequency);

} // namespace nostall

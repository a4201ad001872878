//===- BranchChance.cpp - which way branches go -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Shares of how often a branch is taken, counted over many programs: T. Ball
// and J. Larus, "Branch Prediction for Free" (PLDI 1993), put together as in
// Y. Wu and J. Larus, "Static Branch Frequency and Program Profile Analysis"
// (MICRO 1994).
//
//===----------------------------------------------------------------------===//

#include "engine/extract/OperationCost.h"

#include "engine/extract/LoopContainer.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/Builtins.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace nostall {

namespace {
/// Comparisons for equality and with less than nothing seldom hold; pointers
/// are seldom null or equal; what calls is off the usual way. Leaving stands
/// for errors and ends, which the papers do not tell from other returns.
constexpr double Even = 0.5, Equality = 0.16, Negative = 0.16, NoPointer = 0.4,
                 WithCall = 0.22, Leaving = 0.1, Failing = 0.002, AsAnnotated = 0.95;
} // namespace

/// Two independent guesses at one branch.
static double combined(double A, double B) {
  return A * B / (A * B + (1 - A) * (1 - B));
}

/// The statement that \p S ends with, out of the blocks and the `do` of macros.
static const Stmt *lastOf(const Stmt *S) {
  while (S) {
    if (const auto *Compound = dyn_cast<CompoundStmt>(S)) {
      if (Compound->body_empty())
        return nullptr;
      S = Compound->body_back();
    } else if (const auto *Full = dyn_cast<FullExpr>(S)) {
      S = Full->getSubExpr();
    } else if (const auto *Do = dyn_cast<DoStmt>(S)) {
      S = Do->getBody();
    } else if (const auto *E = dyn_cast<Expr>(S)) {
      return E->IgnoreParenCasts();
    } else {
      return S;
    }
  }
  return nullptr;
}

/// Throws, or ends the program.
static bool fails(const Stmt *S) {
  const Stmt *Last = lastOf(S);
  if (const auto *Call = dyn_cast_or_null<CallExpr>(Last)) {
    const FunctionDecl *FD = Call->getDirectCallee();
    return FD && FD->isNoReturn();
  }
  return isa_and_nonnull<CXXThrowExpr>(Last);
}

/// Leaves what it stands in: an error, or a case that is dealt with early.
static bool leaves(const Stmt *S) {
  return isa_and_nonnull<ReturnStmt, BreakStmt, GotoStmt, CoreturnStmt>(
      lastOf(S));
}

static bool hasCall(const Stmt *S) {
  if (!S || isa<LambdaExpr>(S))
    return false;
  if (isa<CallExpr>(S) && !isa<CXXOperatorCallExpr, CXXMemberCallExpr>(S))
    return true;
  return llvm::any_of(S->children(), hasCall);
}

static double comparisonChance(const BinaryOperator *E,
                               const ASTContext &Context) {
  const bool IsPointer = E->getLHS()->getType()->isPointerType();
  auto IsZero = [&](const Expr *Side) {
    std::optional<llvm::APSInt> Value = constantOf(Side, Context);
    return Value && Value->isZero();
  };
  switch (E->getOpcode()) {
  case BO_EQ:
    return IsPointer ? NoPointer : Equality;
  case BO_NE:
    return 1 - (IsPointer ? NoPointer : Equality);
  case BO_LT:
  case BO_LE:
    return IsZero(E->getRHS()) ? Negative : Even;
  case BO_GT:
  case BO_GE:
    return IsZero(E->getRHS()) ? 1 - Negative : Even;
  default:
    return Even;
  }
}

double conditionChance(const Expr *Condition, const ASTContext &Context) {
  if (!Condition || Condition->isInstantiationDependent())
    return Even;
  const Expr *E = Condition->IgnoreParenCasts();
  if (const auto *Full = dyn_cast<FullExpr>(E))
    return conditionChance(Full->getSubExpr(), Context);
  if (const auto *UO = dyn_cast<UnaryOperator>(E);
      UO && UO->getOpcode() == UO_LNot)
    return 1 - conditionChance(UO->getSubExpr(), Context);
  if (const auto *BO = dyn_cast<BinaryOperator>(E)) {
    if (!BO->isLogicalOp())
      return comparisonChance(BO, Context);
    double L = conditionChance(BO->getLHS(), Context);
    double R = conditionChance(BO->getRHS(), Context);
    return BO->getOpcode() == BO_LAnd ? L * R : L + R - L * R;
  }
  if (const auto *Call = dyn_cast<CallExpr>(E);
      Call && Call->getBuiltinCallee() == Builtin::BI__builtin_expect) {
    std::optional<llvm::APSInt> Value = constantOf(Call->getArg(1), Context);
    return !Value ? Even : Value->isZero() ? 1 - AsAnnotated : AsAnnotated;
  }
  return E->getType()->isPointerType() ? 1 - NoPointer : Even;
}

double branchChance(const Stmt *Branch, const Stmt *Other, double Holds) {
  if (fails(Branch) != fails(Other))
    return fails(Branch) ? Failing : 1 - Failing;
  double Chance = Holds;
  if (leaves(Branch) != leaves(Other))
    Chance = combined(Chance, leaves(Branch) ? Leaving : 1 - Leaving);
  else if (hasCall(Branch) != hasCall(Other))
    Chance = combined(Chance, hasCall(Branch) ? WithCall : 1 - WithCall);
  return Chance;
}

} // namespace nostall

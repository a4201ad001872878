//===- LoopBound.cpp - what ends a loop -------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/extract/LoopBound.h"

#include "engine/extract/LoopContainer.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace nostall {

bool isLoop(const Stmt *S) {
  return isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(S);
}

const Stmt *bodyOf(const Stmt *Loop) {
  if (const auto *S = dyn_cast<ForStmt>(Loop))
    return S->getBody();
  if (const auto *S = dyn_cast<WhileStmt>(Loop))
    return S->getBody();
  if (const auto *S = dyn_cast<DoStmt>(Loop))
    return S->getBody();
  return cast<CXXForRangeStmt>(Loop)->getBody();
}

const Expr *conditionOf(const Stmt *Loop) {
  if (const auto *S = dyn_cast<ForStmt>(Loop))
    return S->getCond();
  if (const auto *S = dyn_cast<WhileStmt>(Loop))
    return S->getCond();
  if (const auto *S = dyn_cast<DoStmt>(Loop))
    return S->getCond();
  return nullptr;
}

//===----------------------------------------------------------------------===//
// Trip counts
//===----------------------------------------------------------------------===//

/// The step of `++i`, `i += 4`; 0 for anything else.
static int64_t stepOf(const Expr *Inc, const VarDecl *Variable,
                      const ASTContext &Context) {
  if (!Inc)
    return 0;
  Inc = Inc->IgnoreParenImpCasts();
  if (const auto *FE = dyn_cast<FullExpr>(Inc))
    Inc = FE->getSubExpr()->IgnoreParenImpCasts();
  if (const auto *UO = dyn_cast<UnaryOperator>(Inc)) {
    if (!UO->isIncrementDecrementOp() ||
        !namesVariable(UO->getSubExpr(), Variable))
      return 0;
    return UO->isIncrementOp() ? 1 : -1;
  }
  if (const auto *CO = dyn_cast<CompoundAssignOperator>(Inc)) {
    if (!namesVariable(CO->getLHS(), Variable))
      return 0;
    std::optional<llvm::APSInt> By = constantOf(CO->getRHS(), Context);
    if (!By || By->getSignificantBits() > 63)
      return 0;
    if (CO->getOpcode() == BO_AddAssign)
      return By->getExtValue();
    if (CO->getOpcode() == BO_SubAssign)
      return -By->getExtValue();
    return 0;
  }
  if (const auto *BO = dyn_cast<BinaryOperator>(Inc);
      BO && BO->getOpcode() == BO_Comma) { // ++i, ++j
    int64_t Step = stepOf(BO->getLHS(), Variable, Context);
    return Step ? Step : stepOf(BO->getRHS(), Variable, Context);
  }
  if (const auto *OC = dyn_cast<CXXOperatorCallExpr>(Inc)) {
    if ((OC->getOperator() == OO_PlusPlus ||
         OC->getOperator() == OO_MinusMinus) &&
        namesVariable(OC->getArg(0), Variable))
      return OC->getOperator() == OO_PlusPlus ? 1 : -1;
  }
  return 0;
}

namespace {
/// `LHS Op RHS`, the loop variable being on the left.
struct Comparison {
  const Expr *LHS = nullptr;
  const Expr *RHS = nullptr;
  BinaryOperatorKind Op = BO_NE;
  void swap() {
    std::swap(LHS, RHS);
    Op = BinaryOperator::reverseComparisonOp(Op);
  }
};
} // namespace

static Comparison comparisonOf(const Expr *Cond) {
  Cond = Cond->IgnoreParenImpCasts();
  if (const auto *FE = dyn_cast<FullExpr>(Cond))
    Cond = FE->getSubExpr()->IgnoreParenImpCasts();
  if (const auto *RW = dyn_cast<CXXRewrittenBinaryOperator>(Cond))
    Cond = RW->getSemanticForm()->IgnoreParenImpCasts();
  if (const auto *UO = dyn_cast<UnaryOperator>(Cond);
      UO && UO->getOpcode() == UO_LNot)
    Cond = UO->getSubExpr()->IgnoreParenImpCasts();
  if (const auto *BO = dyn_cast<BinaryOperator>(Cond);
      BO && BO->isComparisonOp() && BO->getOpcode() != BO_Cmp)
    return {BO->getLHS(), BO->getRHS(), BO->getOpcode()};
  if (const auto *OC = dyn_cast<CXXOperatorCallExpr>(Cond);
      OC && OC->isComparisonOp() && OC->getNumArgs() == 2)
    return {OC->getArg(0), OC->getArg(1), BO_NE};
  return {};
}

/// What the variable holds before the first round.
static const Expr *beginOf(const ForStmt *For, const VarDecl *Variable) {
  if (const auto *DS = dyn_cast_or_null<DeclStmt>(For->getInit())) {
    if (Variable->hasInit() &&
        llvm::is_contained(DS->decls(), static_cast<const Decl *>(Variable)))
      return Variable->getInit();
  } else if (const auto *BO = dyn_cast_or_null<BinaryOperator>(For->getInit());
             BO && BO->getOpcode() == BO_Assign &&
             namesVariable(BO->getLHS(), Variable)) {
    return BO->getRHS();
  }
  return nullptr;
}

/// Rounds from \p Begin, which \p Ahead is added to before it is compared, to
/// \p End; as many as fit.
static uint64_t tripsBetween(const llvm::APSInt &Begin, const llvm::APSInt &End,
                             int64_t Step, BinaryOperatorKind Op,
                             int64_t Ahead = 0) {
  constexpr unsigned Wide = 130; // No constant of 64 bits overflows.
  llvm::APInt From = llvm::APSInt(Begin).extOrTrunc(Wide);
  From += llvm::APInt(Wide, static_cast<uint64_t>(Ahead), /*isSigned=*/true);
  llvm::APInt To = llvm::APSInt(End).extOrTrunc(Wide);
  llvm::APInt Distance = To - From;
  if (Step < 0)
    Distance.negate();
  if (Op == BO_LE || Op == BO_GE)
    ++Distance;
  if (!Distance.isStrictlyPositive())
    return 0;
  llvm::APInt Size(Wide, static_cast<uint64_t>(Step < 0 ? -Step : Step));
  return (Distance + Size - 1).udiv(Size).getLimitedValue();
}

/// `for (n = N; n-- > 0;)`
static LoopBound boundOfCountdown(const ForStmt *For, const Comparison &Test,
                                  const ASTContext &Context) {
  LoopBound Result;
  const auto *UO =
      Test.LHS ? dyn_cast<UnaryOperator>(Test.LHS->IgnoreParenImpCasts())
               : nullptr;
  const VarDecl *Variable =
      UO && UO->isIncrementDecrementOp() && UO->isPostfix()
          ? variableOf(UO->getSubExpr())
          : nullptr;
  if (!Variable || For->getInc())
    return Result;
  Result.Bound = Test.RHS;
  Result.Variable = Variable;
  Result.Step = UO->isIncrementOp() ? 1 : -1;
  const Expr *First = beginOf(For, Variable);
  std::optional<llvm::APSInt> Begin = constantOf(First, Context);
  std::optional<llvm::APSInt> End = constantOf(Test.RHS, Context);
  if (Begin && End)
    Result.Trips =
        tripsBetween(*Begin, *End, UO->isIncrementOp() ? 1 : -1, Test.Op);
  return Result;
}

/// The constant in `i + 1 < n`, for the variable in \p Side.
static int64_t aheadOf(const Expr *&Side, const ASTContext &Context) {
  const auto *BO = dyn_cast<BinaryOperator>(Side->IgnoreParenImpCasts());
  if (!BO || !BO->isAdditiveOp() || !variableOf(BO->getLHS()))
    return 0;
  std::optional<llvm::APSInt> By = constantOf(BO->getRHS(), Context);
  if (!By || By->getSignificantBits() > 62)
    return 0;
  Side = BO->getLHS();
  return BO->getOpcode() == BO_Sub ? -By->getExtValue() : By->getExtValue();
}

static LoopBound boundOfFor(const ForStmt *For, const ASTContext &Context) {
  LoopBound Result;
  if (!For->getCond())
    return Result;
  Comparison Test = comparisonOf(For->getCond());
  if (!Test.LHS)
    return Result;
  auto Steps = [&](const Expr *Side) -> int64_t {
    const VarDecl *Variable = variableOf(Side);
    return Variable ? stepOf(For->getInc(), Variable, Context) : 0;
  };
  int64_t Ahead = aheadOf(Test.LHS, Context);
  int64_t Step = Steps(Test.LHS);
  if (Step == 0 && (Step = Steps(Test.RHS)) != 0)
    Test.swap();
  if (Step == 0)
    return boundOfCountdown(For, Test, Context);
  Result.Variable = variableOf(Test.LHS);
  Result.Step = Step;
  Result.Bound = Test.RHS;
  Result.Container = containerOf(Test.RHS);
  const Expr *First = beginOf(For, Result.Variable);
  std::optional<llvm::APSInt> End = constantOf(Test.RHS, Context);
  std::optional<llvm::APSInt> Begin = constantOf(First, Context);
  if (Begin && End) {
    Result.Trips = tripsBetween(*Begin, *End, Step, Test.Op, Ahead);
  } else if (Result.Container && First && (Step == 1 || Step == -1)) {
    // All elements: from 0 to size(), from begin() to end().
    const Expr *FirstOf = containerOf(First);
    if ((Begin && Begin->isZero()) ||
        (FirstOf && sameExpression(FirstOf, Result.Container, Context)))
      Result.Trips = sizeInType(Result.Container->getType(), Context);
  }
  return Result;
}

static LoopBound boundOfRange(const CXXForRangeStmt *For,
                              const ASTContext &Context) {
  LoopBound Result;
  Result.Bound = For->getRangeInit();
  Result.Variable = For->getLoopVariable();
  if (!Result.Bound || Result.Bound->isTypeDependent())
    return Result;
  Result.Trips = sizeInType(Result.Bound->getType(), Context);
  const Expr *Range = stripped(Result.Bound);
  if (const auto *List = dyn_cast<CXXStdInitializerListExpr>(Range))
    Range = stripped(List->getSubExpr());
  if (const auto *List = dyn_cast<InitListExpr>(Range))
    Result.Trips = List->getNumInits();
  if (isPlace(Range) && isRangeType(Range->getType(), Context))
    Result.Container = Range;
  return Result;
}

LoopBound boundOf(const Stmt *Loop, const ASTContext &Context) {
  if (const auto *For = dyn_cast<ForStmt>(Loop))
    return boundOfFor(For, Context);
  if (const auto *For = dyn_cast<CXXForRangeStmt>(Loop))
    return boundOfRange(For, Context);
  return {};
}

} // namespace nostall

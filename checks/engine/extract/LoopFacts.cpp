//===- LoopFacts.cpp - how often a loop runs --------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/extract/LoopFacts.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"

#include <optional>

using namespace clang;

namespace nostall {

bool isLoop(const Stmt *S) {
  return isa<ForStmt, WhileStmt, DoStmt, CXXForRangeStmt>(S);
}

static const Stmt *bodyOf(const Stmt *Loop) {
  if (const auto *S = dyn_cast<ForStmt>(Loop))
    return S->getBody();
  if (const auto *S = dyn_cast<WhileStmt>(Loop))
    return S->getBody();
  if (const auto *S = dyn_cast<DoStmt>(Loop))
    return S->getBody();
  return cast<CXXForRangeStmt>(Loop)->getBody();
}

static const Expr *conditionOf(const Stmt *Loop) {
  if (const auto *S = dyn_cast<ForStmt>(Loop))
    return S->getCond();
  if (const auto *S = dyn_cast<WhileStmt>(Loop))
    return S->getCond();
  if (const auto *S = dyn_cast<DoStmt>(Loop))
    return S->getCond();
  return nullptr;
}

static std::optional<llvm::APSInt> constantOf(const Expr *E,
                                              const ASTContext &Context) {
  if (!E || E->isValueDependent() || !E->getType()->isIntegralOrEnumerationType())
    return std::nullopt;
  Expr::EvalResult Result;
  if (!E->EvaluateAsInt(Result, Context))
    return std::nullopt;
  return Result.Val.getInt();
}

//===----------------------------------------------------------------------===//
// Ways out
//===----------------------------------------------------------------------===//

/// A statement that can leave the loop other than by its condition. \p Depth
/// counts the loops and switches between; a `break` at depth 0 is ours.
static bool canLeave(const Stmt *S, unsigned LoopDepth, unsigned SwitchDepth,
                     const ASTContext &Context) {
  if (!S || isa<LambdaExpr>(S))
    return false;
  if (isa<ReturnStmt, CoreturnStmt, GotoStmt, IndirectGotoStmt, CXXThrowExpr>(S))
    return true;
  if (isa<BreakStmt>(S))
    return LoopDepth == 0 && SwitchDepth == 0;
  if (const auto *Call = dyn_cast<CallExpr>(S))
    if (const FunctionDecl *FD = Call->getDirectCallee(); FD && FD->isNoReturn())
      return true;
  if (const auto *If = dyn_cast<IfStmt>(S); If && If->isConstexpr()) {
    if (auto Taken = If->getNondiscardedCase(Context))
      return canLeave(*Taken, LoopDepth, SwitchDepth, Context);
  }
  if (isLoop(S))
    ++LoopDepth;
  else if (isa<SwitchStmt>(S))
    ++SwitchDepth;
  for (const Stmt *Child : S->children())
    if (canLeave(Child, LoopDepth, SwitchDepth, Context))
      return true;
  return false;
}

static bool isEndless(const Stmt *Loop, const ASTContext &Context) {
  if (isa<CXXForRangeStmt>(Loop))
    return false;
  if (const Expr *Cond = conditionOf(Loop)) {
    if (Cond->isValueDependent())
      return false;
    bool Value;
    if (!Cond->EvaluateAsBooleanCondition(Value, Context) || !Value)
      return false;
  } else if (!isa<ForStmt>(Loop)) {
    return false;
  }
  return !canLeave(bodyOf(Loop), 0, 0, Context);
}

//===----------------------------------------------------------------------===//
// Bounds
//===----------------------------------------------------------------------===//

/// What ends the loop: the range, or the other side of the comparison with
/// the loop variable.
struct LoopBound {
  const Expr *Bound = nullptr;
  const VarDecl *Variable = nullptr;
  std::optional<uint64_t> Trips;
};

static const VarDecl *variableOf(const Expr *E) {
  const auto *DRE = dyn_cast<DeclRefExpr>(E->IgnoreParenImpCasts());
  return DRE ? dyn_cast<VarDecl>(DRE->getDecl()) : nullptr;
}

/// The step of `++i`, `i += 4`; 0 for anything else.
static int64_t stepOf(const Expr *Inc, const VarDecl *Variable,
                      const ASTContext &Context) {
  if (!Inc)
    return 0;
  Inc = Inc->IgnoreParenImpCasts();
  if (const auto *UO = dyn_cast<UnaryOperator>(Inc)) {
    if (!UO->isIncrementDecrementOp() || variableOf(UO->getSubExpr()) != Variable)
      return 0;
    return UO->isIncrementOp() ? 1 : -1;
  }
  if (const auto *CO = dyn_cast<CompoundAssignOperator>(Inc)) {
    if (variableOf(CO->getLHS()) != Variable)
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
  if (const auto *OC = dyn_cast<CXXOperatorCallExpr>(Inc)) {
    if ((OC->getOperator() == OO_PlusPlus || OC->getOperator() == OO_MinusMinus) &&
        variableOf(OC->getArg(0)) == Variable)
      return OC->getOperator() == OO_PlusPlus ? 1 : -1;
  }
  return 0;
}

static LoopBound boundOfFor(const ForStmt *For, const ASTContext &Context) {
  LoopBound Result;
  const Expr *Cond = For->getCond();
  if (!Cond)
    return Result;
  Cond = Cond->IgnoreParenImpCasts();
  if (const auto *RW = dyn_cast<CXXRewrittenBinaryOperator>(Cond))
    Cond = RW->getSemanticForm()->IgnoreParenImpCasts();
  if (const auto *UO = dyn_cast<UnaryOperator>(Cond); UO && UO->getOpcode() == UO_LNot)
    Cond = UO->getSubExpr()->IgnoreParenImpCasts();
  const Expr *LHS = nullptr, *RHS = nullptr;
  BinaryOperatorKind Op = BO_NE;
  if (const auto *BO = dyn_cast<BinaryOperator>(Cond); BO && BO->isComparisonOp()) {
    LHS = BO->getLHS();
    RHS = BO->getRHS();
    Op = BO->getOpcode();
  } else if (const auto *OC = dyn_cast<CXXOperatorCallExpr>(Cond);
             OC && OC->isComparisonOp() && OC->getNumArgs() == 2) {
    LHS = OC->getArg(0);
    RHS = OC->getArg(1);
  } else {
    return Result;
  }
  const VarDecl *Variable = variableOf(LHS);
  int64_t Step = Variable ? stepOf(For->getInc(), Variable, Context) : 0;
  if (Step == 0) {
    Variable = variableOf(RHS);
    Step = Variable ? stepOf(For->getInc(), Variable, Context) : 0;
    std::swap(LHS, RHS);
    Op = BinaryOperator::isComparisonOp(Op) ? BinaryOperator::reverseComparisonOp(Op) : Op;
  }
  if (Step == 0)
    return Result;
  Result.Variable = Variable;
  Result.Bound = RHS;

  std::optional<llvm::APSInt> End = constantOf(RHS, Context);
  std::optional<llvm::APSInt> Begin;
  if (const auto *DS = dyn_cast_or_null<DeclStmt>(For->getInit())) {
    if (Variable->hasInit() &&
        llvm::is_contained(DS->decls(), static_cast<const Decl *>(Variable)))
      Begin = constantOf(Variable->getInit(), Context);
  } else if (const auto *BO = dyn_cast_or_null<BinaryOperator>(For->getInit());
             BO && BO->getOpcode() == BO_Assign &&
             variableOf(BO->getLHS()) == Variable) {
    Begin = constantOf(BO->getRHS(), Context);
  }
  if (!End || !Begin || End->getSignificantBits() > 62 ||
      Begin->getSignificantBits() > 62)
    return Result;
  int64_t Distance = End->getExtValue() - Begin->getExtValue();
  if (Op == BO_LE)
    ++Distance;
  if (Op == BO_GE)
    --Distance;
  if (Distance != 0 && (Distance > 0) != (Step > 0))
    Distance = 0;
  int64_t Trips = (Distance + Step + (Step > 0 ? -1 : 1)) / Step;
  Result.Trips = static_cast<uint64_t>(std::max<int64_t>(Trips, 0));
  return Result;
}

static LoopBound boundOfRange(const CXXForRangeStmt *For,
                              const ASTContext &Context) {
  LoopBound Result;
  Result.Bound = For->getRangeInit();
  Result.Variable = For->getLoopVariable();
  if (!Result.Bound)
    return Result;
  QualType T = Result.Bound->getType().getNonReferenceType();
  if (const auto *Array = Context.getAsConstantArrayType(T))
    Result.Trips = Array->getSize().getZExtValue();
  return Result;
}

static LoopBound boundOf(const Stmt *Loop, const ASTContext &Context) {
  if (const auto *For = dyn_cast<ForStmt>(Loop))
    return boundOfFor(For, Context);
  if (const auto *For = dyn_cast<CXXForRangeStmt>(Loop))
    return boundOfRange(For, Context);
  return {};
}

/// Whether \p E mentions a variable that \p Loop declares: then what it
/// bounds is a part of what the loop iterates over.
static bool dependsOn(const Stmt *E, const Stmt *Loop,
                      const SourceManager &SM) {
  if (!E)
    return false;
  if (const auto *DRE = dyn_cast<DeclRefExpr>(E))
    if (const auto *VD = dyn_cast<VarDecl>(DRE->getDecl())) {
      SourceLocation Loc = SM.getExpansionLoc(VD->getLocation());
      if (!SM.isBeforeInTranslationUnit(Loc, SM.getExpansionLoc(Loop->getBeginLoc())) &&
          !SM.isBeforeInTranslationUnit(SM.getExpansionLoc(Loop->getEndLoc()), Loc))
        return true;
    }
  // The iterator of the enclosing loop may live outside of it and still be
  // what the inner bound is reached through; a member call on it or a
  // dereference shows up as a mention of a loop variable in most code.
  for (const Stmt *Child : E->children())
    if (dependsOn(Child, Loop, SM))
      return true;
  return false;
}

static bool sameExpression(const Expr *A, const Expr *B,
                           const ASTContext &Context) {
  llvm::FoldingSetNodeID IDA, IDB;
  A->IgnoreParenImpCasts()->Profile(IDA, Context, /*Canonical=*/true);
  B->IgnoreParenImpCasts()->Profile(IDB, Context, /*Canonical=*/true);
  return IDA == IDB;
}

//===----------------------------------------------------------------------===//
// Spinning
//===----------------------------------------------------------------------===//

/// Nothing but calls: no variable of the function changes, so the loop waits
/// for somebody else.
static bool onlyWaits(const Stmt *S) {
  if (!S || isa<NullStmt, ContinueStmt>(S))
    return true;
  if (const auto *CS = dyn_cast<CompoundStmt>(S)) {
    for (const Stmt *Child : CS->body())
      if (!onlyWaits(Child))
        return false;
    return true;
  }
  if (isa<GCCAsmStmt>(S))
    return true; // `pause`, `yield`
  const auto *E = dyn_cast<Expr>(S);
  if (!E)
    return false;
  E = E->IgnoreParenImpCasts();
  if (const auto *FE = dyn_cast<FullExpr>(E))
    E = FE->getSubExpr();
  return isa<CallExpr>(E);
}

static bool readsAtomically(const Stmt *S) {
  if (!S)
    return false;
  if (isa<AtomicExpr>(S))
    return true;
  if (const auto *DRE = dyn_cast<DeclRefExpr>(S))
    return DRE->getType().isVolatileQualified();
  if (const auto *ME = dyn_cast<MemberExpr>(S);
      ME && ME->getType().isVolatileQualified())
    return true;
  for (const Stmt *Child : S->children())
    if (readsAtomically(Child))
      return true;
  return false;
}

//===----------------------------------------------------------------------===//

static std::string sourceText(const Expr *E, const ASTContext &Context) {
  const SourceManager &SM = Context.getSourceManager();
  llvm::StringRef Text = Lexer::getSourceText(
      CharSourceRange::getTokenRange(SM.getExpansionRange(E->getSourceRange()).getAsRange()),
      SM, Context.getLangOpts());
  constexpr size_t Longest = 60;
  if (Text.size() > Longest || Text.contains('\n'))
    return "";
  return Text.str();
}

LoopFacts classifyLoop(const Stmt *Loop, const Stmt *Parent,
                       ASTContext &Context) {
  LoopFacts Facts;
  const Expr *Cond = conditionOf(Loop);
  if (onlyWaits(bodyOf(Loop))) {
    const auto *For = dyn_cast<ForStmt>(Loop);
    if (!isa<CXXForRangeStmt>(Loop) && (!For || !For->getInc())) {
      Facts.Flags |= LF_EmptyBody;
      if (Cond && readsAtomically(Cond))
        Facts.Flags |= LF_SpinsOnAtomic;
    }
  }
  if (isEndless(Loop, Context)) {
    Facts.Flags |= LF_Endless;
    return Facts;
  }
  LoopBound Bound = boundOf(Loop, Context);
  if (Bound.Trips) {
    Facts.Flags |= LF_ConstantTrips;
    Facts.Trips = *Bound.Trips;
    return Facts;
  }
  if (!Bound.Bound || Bound.Bound->isValueDependent())
    return Facts;
  Facts.Flags |= LF_UnknownTrips;
  Facts.Bound = sourceText(Bound.Bound, Context);
  if (!Parent)
    return Facts;
  LoopBound Outer = boundOf(Parent, Context);
  if (!Outer.Bound || Outer.Trips)
    return Facts;
  if (!dependsOn(Bound.Bound, Parent, Context.getSourceManager()))
    Facts.Flags |= LF_IndependentOfParent;
  if (sameExpression(Bound.Bound, Outer.Bound, Context))
    Facts.Flags |= LF_SameBoundAsParent;
  return Facts;
}

} // namespace nostall

//===- LoopExits.cpp - ways out of a loop -----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/extract/LoopExits.h"

#include "engine/extract/LoopBound.h"
#include "engine/extract/LoopContainer.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace nostall {

//===----------------------------------------------------------------------===//
// Ways out
//===----------------------------------------------------------------------===//

namespace {

class ExitFinder {
public:
  enum class Kind { Deliberate, Any };
  ExitFinder(Kind K, const ASTContext &Context) : K(K), Context(Context) {}

  /// Whether \p S can leave the loop. The depths count the loops and switches
  /// between; a `break` at depth 0 is ours.
  bool canLeave(const Stmt *S, unsigned LoopDepth = 0,
                unsigned SwitchDepth = 0);

private:
  bool mayNotReturn(const CallExpr *Call);

  Kind K;
  const ASTContext &Context;
  llvm::SmallPtrSet<const FunctionDecl *, 8> Seen;
};

/// Whether the callee may throw or end the program: it is said to, or its body
/// is seen to, or nothing is known yet since it depends on a template argument.
bool ExitFinder::mayNotReturn(const CallExpr *Call) {
  if (Call->isTypeDependent() || Call->getCallee()->isTypeDependent())
    return true;
  const FunctionDecl *FD = Call->getDirectCallee();
  if (!FD)
    return false;
  if (FD->isNoReturn())
    return true;
  constexpr unsigned MostFunctions = 32;
  const FunctionDecl *Body = nullptr;
  if (!FD->hasBody(Body) || Body->hasSkippedBody() ||
      Context.getSourceManager().isInSystemHeader(Body->getLocation()) ||
      Seen.size() >= MostFunctions || !Seen.insert(Body).second)
    return false;
  // A return or a goto there stays there.
  struct {
    ExitFinder &Finder;
    bool throws(const Stmt *S) {
      if (!S || isa<LambdaExpr>(S))
        return false;
      if (isa<CXXThrowExpr>(S))
        return true;
      if (const auto *Call = dyn_cast<CallExpr>(S);
          Call && Finder.mayNotReturn(Call))
        return true;
      return llvm::any_of(S->children(),
                          [&](const Stmt *Child) { return throws(Child); });
    }
  } Callee{*this};
  return Callee.throws(Body->getBody());
}

bool ExitFinder::canLeave(const Stmt *S, unsigned LoopDepth,
                          unsigned SwitchDepth) {
  if (!S || isa<LambdaExpr>(S))
    return false;
  if (isa<ReturnStmt, CoreturnStmt, GotoStmt, IndirectGotoStmt>(S))
    return true;
  if (isa<BreakStmt>(S))
    return LoopDepth == 0 && SwitchDepth == 0;
  if (K == Kind::Any) {
    if (isa<CXXThrowExpr, RecoveryExpr>(S))
      return true;
    if (const auto *Call = dyn_cast<CallExpr>(S); Call && mayNotReturn(Call))
      return true;
  }
  if (const auto *If = dyn_cast<IfStmt>(S); If && If->isConstexpr()) {
    if (auto Taken = If->getNondiscardedCase(Context))
      return canLeave(*Taken, LoopDepth, SwitchDepth);
  }
  if (isLoop(S))
    ++LoopDepth;
  else if (isa<SwitchStmt>(S))
    ++SwitchDepth;
  return llvm::any_of(S->children(), [&](const Stmt *Child) {
    return canLeave(Child, LoopDepth, SwitchDepth);
  });
}

} // namespace

bool isEndless(const Stmt *Loop, const ASTContext &Context) {
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
  return !ExitFinder(ExitFinder::Kind::Any, Context).canLeave(bodyOf(Loop));
}

bool leavesEarly(const Stmt *Loop, const ASTContext &Context) {
  return ExitFinder(ExitFinder::Kind::Deliberate, Context)
      .canLeave(bodyOf(Loop));
}

bool endsAfterOneRound(const Stmt *Loop) {
  const Stmt *Body = bodyOf(Loop);
  auto Leaves = [](const Stmt *S) {
    return isa<BreakStmt, ReturnStmt, CoreturnStmt, GotoStmt>(S);
  };
  if (const auto *Block = dyn_cast<CompoundStmt>(Body))
    return llvm::any_of(Block->body(), Leaves);
  return Leaves(Body);
}

//===----------------------------------------------------------------------===//
// Suspension points
//===----------------------------------------------------------------------===//

bool suspends(const Stmt *S) {
  if (!S || isa<LambdaExpr>(S))
    return false;
  if (isa<CoroutineSuspendExpr, DependentCoawaitExpr>(S))
    return true;
  if (const auto *For = dyn_cast<CXXForRangeStmt>(S);
      For && For->getCoawaitLoc().isValid())
    return true;
  return llvm::any_of(S->children(),
                      [](const Stmt *Child) { return suspends(Child); });
}

/// The variable or member that \p E names, or null.
static const ValueDecl *namedBy(const Expr *E) {
  E = E->IgnoreParenImpCasts();
  if (const auto *DRE = dyn_cast<DeclRefExpr>(E))
    return DRE->getDecl();
  if (const auto *ME = dyn_cast<MemberExpr>(E))
    return ME->getMemberDecl();
  return nullptr;
}

namespace {

class SuspensionFinder {
public:
  SuspensionFinder(const Stmt *Loop, const ASTContext &Context)
      : Context(Context) {
    collect(Loop);
  }
  /// Whether running \p S suspends, now or every so many times.
  bool visit(const Stmt *S);

private:
  void collect(const Stmt *S);
  bool isRegular(const Expr *Cond) const;
  bool mentionsProgress(const Stmt *S, bool Counts = false) const;
  bool isMask(const Expr *E) const;
  bool isOneValueOnly(const Expr *Cond) const;
  bool visitBlock(const CompoundStmt *Block);
  bool visitLoop(const Stmt *Loop);
  bool visitChoice(const Expr *Cond, const Stmt *Then, const Stmt *Else);

  const ASTContext &Context;
  /// What the loop counts, and what it starts again.
  llvm::SmallPtrSet<const ValueDecl *, 8> Counters, Assigned;
};

void SuspensionFinder::collect(const Stmt *S) {
  if (!S || isa<LambdaExpr>(S))
    return;
  if (const auto *UO = dyn_cast<UnaryOperator>(S);
      UO && UO->isIncrementDecrementOp()) {
    if (const ValueDecl *VD = namedBy(UO->getSubExpr()))
      Counters.insert(VD);
  } else if (const auto *BO = dyn_cast<BinaryOperator>(S);
             BO && BO->isAssignmentOp()) {
    if (const ValueDecl *VD = namedBy(BO->getLHS()))
      (BO->isCompoundAssignmentOp() ? Counters : Assigned).insert(VD);
  }
  for (const Stmt *Child : S->children())
    collect(Child);
}

/// A constant, or a variable of the function that is not counted itself.
bool SuspensionFinder::isMask(const Expr *E) const {
  if (constantOf(E, Context))
    return true;
  const auto *BO = dyn_cast<BinaryOperator>(stripped(E)); // Size - 1
  const VarDecl *VD = variableOf(BO ? BO->getLHS() : E);
  return VD && VD->hasLocalStorage() && !Counters.contains(VD);
}

/// A counter, or a time: a condition on the clock limits the way to the next
/// suspension as well. What is not a local variable may count something else,
/// unless \p Counts, that is below one of ++, --, % and &.
bool SuspensionFinder::mentionsProgress(const Stmt *S, bool Counts) const {
  if (!S || isa<LambdaExpr>(S))
    return false;
  if (const auto *UO = dyn_cast<UnaryOperator>(S))
    Counts |= UO->isIncrementDecrementOp();
  else if (const auto *BO = dyn_cast<BinaryOperator>(S)) {
    // A mask that may be anything may be 0.
    if (BO->getOpcode() == BO_And && !isMask(BO->getLHS()) &&
        !isMask(BO->getRHS()))
      return false;
    Counts |= BO->getOpcode() == BO_Rem || BO->getOpcode() == BO_And;
  }
  if (const auto *E = dyn_cast<Expr>(S)) {
    if (const ValueDecl *VD = namedBy(E); VD && Counters.contains(VD)) {
      const auto *Variable = dyn_cast<VarDecl>(VD);
      if (Counts || (Variable && Variable->hasLocalStorage()))
        return true;
    }
    if (const CXXRecordDecl *RD = E->getType()->getAsCXXRecordDecl())
      if (const auto *NS = dyn_cast<NamespaceDecl>(
              RD->getDeclContext()->getEnclosingNamespaceContext());
          NS && NS->getName() == "chrono")
        return true;
  }
  return llvm::any_of(S->children(), [&](const Stmt *Child) {
    return mentionsProgress(Child, Counts);
  });
}

/// `i == 77`, where nothing starts i again: true once.
bool SuspensionFinder::isOneValueOnly(const Expr *Cond) const {
  const auto *BO = dyn_cast<BinaryOperator>(Cond->IgnoreParenImpCasts());
  if (!BO || BO->getOpcode() != BO_EQ)
    return false;
  const ValueDecl *VD = namedBy(BO->getLHS());
  return VD && !Assigned.contains(VD) &&
         constantOf(BO->getRHS(), Context).has_value();
}

bool SuspensionFinder::isRegular(const Expr *Cond) const {
  return Cond && !isOneValueOnly(Cond) && mentionsProgress(Cond);
}

/// A `continue` of the loop around; others belong to loops inside.
static bool skipsRest(const Stmt *S) {
  if (!S || isa<LambdaExpr>(S) || isLoop(S))
    return false;
  if (isa<ContinueStmt, GotoStmt>(S))
    return true;
  return llvm::any_of(S->children(),
                      [](const Stmt *Child) { return skipsRest(Child); });
}

bool SuspensionFinder::visitBlock(const CompoundStmt *Block) {
  for (const Stmt *S : Block->body()) {
    if (visit(S))
      return true;
    const auto *If = dyn_cast<IfStmt>(S);
    if (skipsRest(S) && !(If && isRegular(If->getCond())))
      return false;
  }
  return false;
}

bool SuspensionFinder::visitLoop(const Stmt *Loop) {
  if (const auto *For = dyn_cast<ForStmt>(Loop); For && visit(For->getInit()))
    return true;
  if (visit(conditionOf(Loop)))
    return true;
  LoopBound Bound = boundOf(Loop, Context);
  bool Runs = isa<DoStmt>(Loop) || Bound.Trips.value_or(0) > 0;
  return Runs && visit(bodyOf(Loop));
}

bool SuspensionFinder::visitChoice(const Expr *Cond, const Stmt *Then,
                                   const Stmt *Else) {
  if (visit(Cond))
    return true;
  bool InThen = visit(Then), InElse = visit(Else);
  return (InThen && InElse) || ((InThen || InElse) && isRegular(Cond));
}

bool SuspensionFinder::visit(const Stmt *S) {
  if (!S || isa<LambdaExpr>(S))
    return false;
  if (isa<CoroutineSuspendExpr, DependentCoawaitExpr>(S))
    return true;
  if (const auto *Block = dyn_cast<CompoundStmt>(S))
    return visitBlock(Block);
  if (const auto *If = dyn_cast<IfStmt>(S))
    return visit(If->getInit()) || visit(If->getConditionVariableDeclStmt()) ||
           visitChoice(If->getCond(), If->getThen(), If->getElse());
  if (const auto *Choice = dyn_cast<AbstractConditionalOperator>(S))
    return visitChoice(Choice->getCond(), Choice->getTrueExpr(),
                       Choice->getFalseExpr());
  if (const auto *BO = dyn_cast<BinaryOperator>(S); BO && BO->isLogicalOp())
    return visitChoice(BO->getLHS(), BO->getRHS(), nullptr);
  if (isLoop(S))
    return visitLoop(S);
  if (const auto *Switch = dyn_cast<SwitchStmt>(S))
    return visit(Switch->getCond());
  if (const auto *Try = dyn_cast<CXXTryStmt>(S))
    return visit(Try->getTryBlock());
  return llvm::any_of(S->children(),
                      [&](const Stmt *Child) { return visit(Child); });
}

} // namespace

bool suspendsRegularly(const Stmt *Loop, const ASTContext &Context) {
  SuspensionFinder Finder(Loop, Context);
  return Finder.visit(conditionOf(Loop)) || Finder.visit(bodyOf(Loop));
}

} // namespace nostall

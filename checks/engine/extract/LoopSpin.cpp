//===- LoopSpin.cpp - loops that wait for another thread --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/extract/LoopSpin.h"

#include "engine/extract/LoopBound.h"
#include "engine/extract/LoopContainer.h"
#include "engine/extract/ProjectScope.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace nostall {

namespace {

class WaitTest {
public:
  explicit WaitTest(const ASTContext &Context) : Context(Context) {}
  bool body(const Stmt *S);
  /// Notes the variables that calls in \p S may overwrite; false when it
  /// changes a variable itself.
  bool expression(const Stmt *S);
  /// Whether each variable that a call overwrites starts every round the same.
  bool startsAgain() const {
    return llvm::all_of(
               Overwritten,
               [&](const VarDecl *VD) { return Reset.contains(VD); }) &&
           llvm::all_of(Reset, [&](const VarDecl *VD) {
             return Overwritten.contains(VD);
           });
  }

private:
  bool overwrites(const Expr *Arg);
  bool arguments(const CallExpr *Call);
  bool variables(const DeclStmt *S);
  bool assignment(const BinaryOperator *BO);

  const ASTContext &Context;
  llvm::SmallPtrSet<const VarDecl *, 2> Overwritten, Reset;
};

/// \p Arg is written to by what gets it: a variable's address or a reference.
/// False for what is not set again in each round, as `node->next`.
bool WaitTest::overwrites(const Expr *Arg) {
  Arg = Arg->IgnoreParenImpCasts();
  if (const auto *Address = dyn_cast<UnaryOperator>(Arg);
      Address && Address->getOpcode() == UO_AddrOf)
    Arg = Address->getSubExpr();
  // An atomic or a mutex: what the loop looks at.
  if (!Arg->getType().getNonReferenceType()->isScalarType() ||
      Arg->getType().isVolatileQualified())
    return true;
  const VarDecl *VD = variableOf(Arg);
  if (!VD || !VD->hasLocalStorage())
    return false;
  Overwritten.insert(VD);
  return true;
}

bool WaitTest::arguments(const CallExpr *Call) {
  const FunctionDecl *FD = Call->getDirectCallee();
  if (!FD || FD->getBuiltinID() || isa<CXXOperatorCallExpr>(Call))
    return true;
  for (unsigned I = 0; I < Call->getNumArgs() && I < FD->getNumParams(); ++I) {
    const auto *Address =
        dyn_cast<UnaryOperator>(Call->getArg(I)->IgnoreParenImpCasts());
    QualType T = FD->getParamDecl(I)->getType();
    bool Written = T->isLValueReferenceType() &&
                   !T.getNonReferenceType().isConstQualified();
    Written |= Address && Address->getOpcode() == UO_AddrOf &&
               T->isPointerType() && !T->getPointeeType().isConstQualified();
    if (Written && !overwrites(Call->getArg(I)))
      return false;
  }
  return true;
}

bool WaitTest::expression(const Stmt *S) {
  if (!S)
    return true;
  if (isa<LambdaExpr, CXXNewExpr, CXXDeleteExpr, CXXThrowExpr>(S))
    return false;
  if (const auto *UO = dyn_cast<UnaryOperator>(S);
      UO && UO->isIncrementDecrementOp())
    return false;
  if (const auto *BO = dyn_cast<BinaryOperator>(S); BO && BO->isAssignmentOp())
    return false;
  if (const auto *Atomic = dyn_cast<AtomicExpr>(S);
      Atomic && Atomic->isCmpXChg() && !overwrites(Atomic->getVal1()))
    return false;
  if (const auto *Call = dyn_cast<CallExpr>(S); Call && !arguments(Call))
    return false;
  return llvm::all_of(S->children(),
                      [&](const Stmt *Child) { return expression(Child); });
}

/// Declared in the body, so new in every round.
bool WaitTest::variables(const DeclStmt *S) {
  return llvm::all_of(S->decls(), [&](const Decl *D) {
    const auto *VD = dyn_cast<VarDecl>(D);
    if (!VD || !VD->hasLocalStorage() || !expression(VD->getInit()))
      return false;
    Reset.insert(VD);
    Overwritten.insert(VD);
    return true;
  });
}

bool WaitTest::assignment(const BinaryOperator *BO) {
  const VarDecl *VD =
      BO->getOpcode() == BO_Assign ? variableOf(BO->getLHS()) : nullptr;
  if (!VD || !VD->hasLocalStorage() || BO->getRHS()->isValueDependent() ||
      !BO->getRHS()->isEvaluatable(Context))
    return false;
  Reset.insert(VD);
  return true;
}

bool WaitTest::body(const Stmt *S) {
  if (!S || isa<NullStmt, ContinueStmt>(S))
    return true;
  if (const auto *Block = dyn_cast<CompoundStmt>(S))
    return llvm::all_of(Block->body(),
                        [&](const Stmt *Child) { return body(Child); });
  if (isa<GCCAsmStmt>(S))
    return true; // `pause`, `yield`
  if (const auto *DS = dyn_cast<DeclStmt>(S))
    return variables(DS);
  if (const auto *If = dyn_cast<IfStmt>(S)) { // if (flag.load()) break;
    const Stmt *Then = If->getThen();
    if (const auto *Block = dyn_cast<CompoundStmt>(Then);
        Block && Block->size() == 1)
      Then = Block->body_front();
    return isa<BreakStmt, ReturnStmt, CoreturnStmt>(Then) && !If->getElse() &&
           !If->getInit() && !If->getConditionVariableDeclStmt() &&
           expression(If->getCond());
  }
  const auto *E = dyn_cast<Expr>(S);
  if (!E)
    return false;
  E = E->IgnoreParenImpCasts();
  if (const auto *FE = dyn_cast<FullExpr>(E))
    E = FE->getSubExpr();
  if (const auto *BO = dyn_cast<BinaryOperator>(E))
    return assignment(BO);
  return isa<CallExpr>(E) && expression(E);
}

} // namespace

bool onlyWaits(const Stmt *Loop, const ASTContext &Context) {
  const auto *For = dyn_cast<ForStmt>(Loop);
  if (isa<CXXForRangeStmt>(Loop) || (For && For->getInc()))
    return false;
  // The usual dress of a macro: do { ... } while (0)
  bool Again;
  if (const Expr *Cond = conditionOf(Loop);
      isa<DoStmt>(Loop) && !Cond->isValueDependent() &&
      Cond->EvaluateAsBooleanCondition(Again, Context) && !Again)
    return false;
  WaitTest Test(Context);
  return Test.body(bodyOf(Loop)) && Test.expression(conditionOf(Loop)) &&
         Test.startsAgain();
}

bool readsAtomically(const Stmt *S) {
  if (!S || isa<LambdaExpr>(S))
    return false;
  if (isa<AtomicExpr>(S))
    return true;
  if (const auto *Call = dyn_cast<CallExpr>(S))
    if (const FunctionDecl *FD = Call->getDirectCallee();
        FD && FD->getBuiltinID() && FD->getIdentifier() &&
        (FD->getName().starts_with("__sync_") ||
         FD->getName().starts_with("__atomic_")))
      return true;
  if (const auto *E = dyn_cast<Expr>(S); E && isa<DeclRefExpr, MemberExpr>(E) &&
                                         E->getType().isVolatileQualified())
    return true;
  return llvm::any_of(S->children(),
                      [](const Stmt *Child) { return readsAtomically(Child); });
}

//===----------------------------------------------------------------------===//
// Functions that only look
//===----------------------------------------------------------------------===//

static bool onlyReads(const Stmt *S, unsigned Depth, const ASTContext &Context);

static bool onlyReads(const FunctionDecl *FD, unsigned Depth,
                      const ASTContext &Context) {
  const SourceManager &SM = Context.getSourceManager();
  // The standard library's are for the solver, which knows them by name.
  if (isStandard(FD) || SM.isInSystemHeader(FD->getLocation()))
    return true;
  const FunctionDecl *Body = nullptr;
  const auto *MD = dyn_cast<CXXMethodDecl>(FD);
  return (!MD || !MD->isVirtual()) && Depth > 0 && FD->hasBody(Body) &&
         !Body->hasSkippedBody() &&
         onlyReads(Body->getBody(), Depth - 1, Context);
}

static bool onlyReads(const Stmt *S, unsigned Depth,
                      const ASTContext &Context) {
  if (!S)
    return true;
  if (isLoop(S) || isa<LambdaExpr, CXXNewExpr, CXXDeleteExpr, CXXThrowExpr,
                       AsmStmt, CoroutineBodyStmt>(S))
    return false;
  if (const auto *UO = dyn_cast<UnaryOperator>(S);
      UO && UO->isIncrementDecrementOp())
    return false;
  if (const auto *BO = dyn_cast<BinaryOperator>(S); BO && BO->isAssignmentOp())
    return false;
  if (const auto *Call = dyn_cast<CallExpr>(S)) {
    const FunctionDecl *FD = Call->getDirectCallee();
    if (!FD || !onlyReads(FD, Depth, Context))
      return false;
  }
  return llvm::all_of(S->children(), [&](const Stmt *Child) {
    return onlyReads(Child, Depth, Context);
  });
}

bool callsOnlyRead(const Stmt *Loop, const ASTContext &Context) {
  constexpr unsigned Depth = 3;
  struct {
    const ASTContext &Context;
    bool visit(const Stmt *S) {
      if (!S || isa<LambdaExpr>(S))
        return true;
      if (const auto *Call = dyn_cast<CallExpr>(S)) {
        const FunctionDecl *FD = Call->getDirectCallee();
        if (!FD || !onlyReads(FD, Depth, Context))
          return false;
      }
      return llvm::all_of(S->children(),
                          [&](const Stmt *Child) { return visit(Child); });
    }
  } Calls{Context};
  return Calls.visit(Loop);
}

} // namespace nostall

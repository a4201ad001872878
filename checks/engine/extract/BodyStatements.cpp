//===- BodyStatements.cpp - statements and expressions ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of BodyExtractor that goes through statements and expressions in
// the order in which they run, and keeps track of the loops around them.
//
//===----------------------------------------------------------------------===//

#include "engine/extract/BodyExtractor.h"

#include "engine/extract/LoopBound.h"
#include "engine/extract/LoopContainer.h"
#include "engine/extract/LoopFacts.h"
#include "engine/extract/OperationCost.h"

#include "clang/AST/StmtObjC.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/SaveAndRestore.h"

#include <algorithm>
#include <utility>

using namespace clang;

namespace nostall {

void BodyExtractor::walkChildren(const Stmt *S) {
  for (const Stmt *Child : S->children())
    walk(Child);
}

void BodyExtractor::walkStatements(const CompoundStmt *S) {
  enterScope();
  for (const Stmt *Child : S->body())
    walk(Child, Position::Statement);
  leaveScope();
}

void BodyExtractor::walkIf(const IfStmt *S) {
  enterScope();
  if (S->getInit())
    walk(S->getInit());
  if (S->isConstexpr() || S->isConsteval()) {
    if (auto Taken = S->getNondiscardedCase(Context); Taken) {
      if (*Taken)
        walk(*Taken, Position::Statement);
      leaveScope();
      return;
    }
    if (S->isConsteval()) { // The run-time half.
      const Stmt *Half = S->isNegatedConsteval() ? S->getThen() : S->getElse();
      if (Half)
        walk(Half, Position::Statement);
      leaveScope();
      return;
    }
  }
  if (const DeclStmt *Var = S->getConditionVariableDeclStmt())
    walk(Var);
  walk(S->getCond());
  const double Holds = conditionChance(S->getCond(), Context);
  walkSometimes(S->getThen(), branchChance(S->getThen(), S->getElse(), Holds),
                Position::Statement);
  walkSometimes(S->getElse(),
                branchChance(S->getElse(), S->getThen(), 1 - Holds),
                Position::Statement);
  leaveScope();
}

void BodyExtractor::walkSwitch(const SwitchStmt *S) {
  unsigned NumCases = 0;
  for (const SwitchCase *Case = S->getSwitchCaseList(); Case;
       Case = Case->getNextSwitchCase())
    // Of `case 1: case 2:` only the last has code.
    NumCases += !isa_and_nonnull<SwitchCase>(Case->getSubStmt());
  enterScope();
  for (const Stmt *Child : S->children())
    walkSometimes(Child,
                  Child == S->getBody() ? 1.0 / std::max(NumCases, 1u) : 1,
                  Position::Value);
  leaveScope();
}

/// `a ? b : c`, `a && b`, `a || b`
bool BodyExtractor::walkChoice(const Stmt *S) {
  if (const auto *Choice = dyn_cast<ConditionalOperator>(S)) {
    const double Holds = conditionChance(Choice->getCond(), Context);
    const Expr *True = Choice->getTrueExpr(), *False = Choice->getFalseExpr();
    walk(Choice->getCond());
    walkSometimes(True, branchChance(True, False, Holds), Position::Value);
    walkSometimes(False, branchChance(False, True, 1 - Holds),
                  Position::Value);
    return true;
  }
  if (const auto *BO = dyn_cast<BinaryOperator>(S); BO && BO->isLogicalOp()) {
    walk(BO->getLHS());
    const double Holds = conditionChance(BO->getLHS(), Context);
    walkSometimes(BO->getRHS(),
                  BO->getOpcode() == BO_LAnd ? Holds : 1 - Holds,
                  Position::Value);
    return true;
  }
  return false;
}

void BodyExtractor::walkSometimes(const Stmt *S, double Chance, Position Pos) {
  llvm::SaveAndRestore<double> Less(Frequency, Frequency * Chance);
  if (S)
    walk(S, Pos);
}

void BodyExtractor::spend(const Stmt *S) {
  Cost += Frequency * operationCost(S, Context);
}

/// What bounds a loop by a parameter that nothing changes.
static const ParmVarDecl *boundingParameter(const Stmt *Loop,
                                            const LoopBound &Bound,
                                            const FunctionDecl *Function) {
  if (!Bound.Bound || Bound.Trips || !Function || !isa<ForStmt>(Loop))
    return nullptr;
  const auto *Param = dyn_cast_or_null<ParmVarDecl>(variableOf(Bound.Bound));
  if (!Param || !Param->getType()->isIntegralOrEnumerationType() ||
      changes(Function->getBody(), Param))
    return nullptr;
  return Param;
}

void BodyExtractor::priceLoop(const Stmt *S, uint16_t Index,
                              double RoundCost) {
  Loop &L = Loops[Index - 1];
  LoopBound Bound = boundOf(S, Context);
  if (const ParmVarDecl *Param = boundingParameter(S, Bound, Function);
      Param && Param->getFunctionScopeIndex() < 254) {
    L.BoundParam = static_cast<uint8_t>(Param->getFunctionScopeIndex() + 1);
    L.BoundStep = static_cast<uint16_t>(
        std::clamp<int64_t>(std::abs(Bound.Step), 1, 0xffff));
  }
  // What a front end prices of a template's pattern means nothing.
  if (Function && Function->isDependentContext())
    return;
  constexpr double Least = 125; // Not even an empty round is for nothing.
  double Chain = carriedLatency(S, Context);
  double Lanes = vectorFactor(S, Context);
  // Floating-point sums are not reordered, and neither are other chains.
  if (Chain > SimpleChain)
    Lanes = 1;
  double Price = std::max({RoundCost, Chain, Least}) / Lanes;
  L.Cost = static_cast<uint32_t>(std::min(Price, 4e9));
}

bool BodyExtractor::walkLoop(const Stmt *S) {
  if (!isLoop(S))
    return false;
  enterScope();
  // What runs once, before the first round.
  if (const auto *For = dyn_cast<ForStmt>(S)) {
    if (For->getInit())
      walk(For->getInit(), Position::Statement);
  } else if (const auto *Range = dyn_cast<CXXForRangeStmt>(S)) {
    for (const Stmt *Part :
         {Range->getInit(), static_cast<const Stmt *>(Range->getRangeStmt()),
          static_cast<const Stmt *>(Range->getBeginStmt()),
          static_cast<const Stmt *>(Range->getEndStmt())})
      if (Part)
        walk(Part);
  }

  const Stmt *Parent = LoopStack.empty() ? nullptr : LoopStmts[LoopStack.back() - 1];
  LoopFacts Facts = classifyLoop(S, Parent, Context, Scope);
  Loop L;
  L.Loc = location(S->getBeginLoc());
  L.Trips = Facts.Trips;
  L.Flags = Facts.Flags;
  L.Bound = Builder.string(Facts.Bound);
  L.Parent = LoopStack.empty() ? 0 : LoopStack.back();
  L.Chance = asChance(Frequency);
  Loops.push_back(L);
  LoopStmts.push_back(S);
  const auto Index = static_cast<uint16_t>(Loops.size());
  LoopStack.push_back(Index);
  const double Outside = std::exchange(Cost, 0);
  llvm::SaveAndRestore<double> EachRound(Frequency, 1);

  enterScope();
  auto Part = [&](const Stmt *P, Position Pos = Position::Value) {
    if (P)
      walk(P, Pos);
  };
  if (const auto *For = dyn_cast<ForStmt>(S)) {
    Part(For->getConditionVariableDeclStmt());
    Part(For->getCond());
    Part(For->getBody(), Position::Statement);
    Part(For->getInc(), Position::Statement);
  } else if (const auto *While = dyn_cast<WhileStmt>(S)) {
    Part(While->getConditionVariableDeclStmt());
    Part(While->getCond());
    Part(While->getBody(), Position::Statement);
  } else if (const auto *Do = dyn_cast<DoStmt>(S)) {
    Part(Do->getBody(), Position::Statement);
    Part(Do->getCond());
  } else {
    const auto *Range = cast<CXXForRangeStmt>(S);
    Part(Range->getCond());
    Part(Range->getLoopVarStmt());
    Part(Range->getBody(), Position::Statement);
    Part(Range->getInc(), Position::Statement);
  }
  leaveScope();
  LoopStack.pop_back();
  priceLoop(S, Index, std::exchange(Cost, Outside));
  leaveScope();
  return true;
}

void BodyExtractor::walk(const Stmt *S, Position Pos) {
  if (!S)
    return;
  if (walkLoop(S))
    return;
  spend(S);
  if (walkChoice(S))
    return;
  switch (S->getStmtClass()) {
  // Not evaluated, or evaluated by the compiler.
  case Stmt::UnaryExprOrTypeTraitExprClass:
  case Stmt::CXXNoexceptExprClass:
  case Stmt::RequiresExprClass:
  case Stmt::ConceptSpecializationExprClass:
  case Stmt::TypeTraitExprClass:
  case Stmt::SizeOfPackExprClass:
  case Stmt::OffsetOfExprClass:
  case Stmt::IntegerLiteralClass:
  case Stmt::StringLiteralClass:
  case Stmt::DeclRefExprClass:
  case Stmt::CXXThisExprClass:
  case Stmt::OpaqueValueExprClass:
  case Stmt::BlockExprClass:
    if (const auto *DRE = dyn_cast<DeclRefExpr>(S))
      if (const auto *FD = dyn_cast<FunctionDecl>(DRE->getDecl()))
        Queue.reached(FD);
    return;
  case Stmt::CXXTypeidExprClass:
    if (cast<CXXTypeidExpr>(S)->isPotentiallyEvaluated())
      walkChildren(S);
    return;
  case Stmt::ConstantExprClass:
    if (!cast<ConstantExpr>(S)->hasAPValueResult())
      walk(cast<ConstantExpr>(S)->getSubExpr(), Pos);
    return;

  case Stmt::ExprWithCleanupsClass:
  case Stmt::ParenExprClass:
    walk(*S->child_begin(), Pos);
    return;
  case Stmt::CXXBindTemporaryExprClass: {
    const auto *E = cast<CXXBindTemporaryExpr>(S);
    walk(E->getSubExpr(), Pos);
    // Initialises the variable itself: no temporary ever exists.
    if (Pos != Position::Initializer)
      addDestructor(E->getType(), Values.valuesOf(E), E->getExprLoc(), E,
                    Pos == Position::MovedFrom ? CF_MovedFrom : 0);
    return;
  }
  case Stmt::MaterializeTemporaryExprClass:
    walk(cast<MaterializeTemporaryExpr>(S)->getSubExpr(),
         Pos == Position::MovedFrom ? Pos : Position::Value);
    return;
  case Stmt::CXXDefaultArgExprClass: {
    const auto *E = cast<CXXDefaultArgExpr>(S);
    llvm::SaveAndRestore<SourceLocation> At(
        LocationOverride, LocationOverride.isValid() ? LocationOverride
                                                     : E->getUsedLocation());
    llvm::SaveAndRestore<uint16_t> Flags(ExtraFlags, ExtraFlags | CF_Implicit);
    walk(E->getExpr());
    return;
  }
  case Stmt::CXXDefaultInitExprClass:
    walk(cast<CXXDefaultInitExpr>(S)->getExpr(), Pos);
    return;
  case Stmt::LambdaExprClass:
    walkLambda(cast<LambdaExpr>(S));
    return;
  case Stmt::CXXConstructExprClass:
  case Stmt::CXXTemporaryObjectExprClass:
    walkConstruct(cast<CXXConstructExpr>(S));
    return;
  case Stmt::CXXNewExprClass:
    walkNew(cast<CXXNewExpr>(S));
    return;
  case Stmt::CXXDeleteExprClass:
    walkDelete(cast<CXXDeleteExpr>(S));
    return;
  case Stmt::InitListExprClass:
    walkInitList(cast<InitListExpr>(S));
    return;
  case Stmt::CoawaitExprClass:
  case Stmt::CoyieldExprClass:
    walkSuspend(cast<CoroutineSuspendExpr>(S));
    return;
  case Stmt::DependentCoawaitExprClass:
    HasCoAwait = true;
    walkChildren(S);
    return;
  case Stmt::CoroutineBodyStmtClass:
    walkCoroutineBody(cast<CoroutineBodyStmt>(S));
    return;
  case Stmt::CoreturnStmtClass: {
    const auto *R = cast<CoreturnStmt>(S);
    if (const VarDecl *VD =
            R->getOperand() ? namedLocal(R->getOperand()) : nullptr)
      MovedFrom.insert(VD);
    // return_void() does not take the operand: it is evaluated for itself.
    if (R->getPromiseCall() && R->getOperand() &&
        R->getOperand()->getType()->isVoidType())
      walk(R->getOperand(), Position::Statement);
    walk(R->getPromiseCall() ? R->getPromiseCall() : R->getOperand());
    return;
  }
  case Stmt::ReturnStmtClass:
    walkReturn(cast<ReturnStmt>(S)->getRetValue(), S->getBeginLoc());
    return;
  case Stmt::DeclStmtClass:
    for (const Decl *D : cast<DeclStmt>(S)->decls())
      walkDecl(D);
    return;
  case Stmt::CompoundStmtClass:
    walkStatements(cast<CompoundStmt>(S));
    return;
  case Stmt::IfStmtClass:
    walkIf(cast<IfStmt>(S));
    return;
  case Stmt::SwitchStmtClass:
    walkSwitch(cast<SwitchStmt>(S));
    return;
  case Stmt::CXXCatchStmtClass: {
    llvm::SaveAndRestore<uint16_t> Flags(ExtraFlags, ExtraFlags | CF_InHandler);
    walkSometimes(cast<CXXCatchStmt>(S)->getHandlerBlock(), 0,
                  Position::Statement);
    return;
  }
  case Stmt::CaseStmtClass:
    walk(cast<CaseStmt>(S)->getSubStmt(), Position::Statement);
    return;
  case Stmt::DefaultStmtClass:
    walk(cast<DefaultStmt>(S)->getSubStmt(), Position::Statement);
    return;
  case Stmt::LabelStmtClass:
  case Stmt::AttributedStmtClass:
    for (const Stmt *Child : S->children())
      walk(Child, Position::Statement);
    return;
  case Stmt::GenericSelectionExprClass:
    if (const auto *GS = cast<GenericSelectionExpr>(S); !GS->isResultDependent())
      walk(GS->getResultExpr());
    return;
  case Stmt::BinaryConditionalOperatorClass: {
    // The common operand is evaluated once and mentioned twice.
    const auto *E = cast<BinaryConditionalOperator>(S);
    walk(E->getCommon());
    walk(E->getFalseExpr());
    return;
  }
  case Stmt::CXXRewrittenBinaryOperatorClass:
    walk(cast<CXXRewrittenBinaryOperator>(S)->getSemanticForm());
    return;
  case Stmt::PseudoObjectExprClass:
    return;
  case Stmt::RecoveryExprClass:
    HasErrors = true;
    break;
  default:
    break;
  }

  if (const auto *Call = dyn_cast<CallExpr>(S)) {
    walkCall(Call, Pos == Position::Statement);
    return;
  }
  if (const auto *BO = dyn_cast<BinaryOperator>(S); BO && BO->isAssignmentOp()) {
    walkAssignment(BO);
    return;
  }
  if (const auto *UO = dyn_cast<UnaryOperator>(S);
      UO && UO->isIncrementDecrementOp()) {
    walk(UO->getSubExpr());
    addChange(UO->getSubExpr(), {Value{}}, UO->getExprLoc());
    return;
  }
  if (const auto *Cast = dyn_cast<CastExpr>(S)) {
    // A conversion by constructor keeps the position: `T x = {f()};`
    bool Keep = Cast->getCastKind() == CK_ToVoid ||
                Cast->getCastKind() == CK_NoOp ||
                Cast->getCastKind() == CK_ConstructorConversion ||
                Cast->getCastKind() == CK_UserDefinedConversion;
    walk(Cast->getSubExpr(), Keep ? Pos : Position::Value);
    return;
  }
  walkChildren(S);
}

} // namespace nostall

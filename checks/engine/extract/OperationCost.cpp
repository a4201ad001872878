//===- OperationCost.cpp - what operations cost -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/extract/OperationCost.h"

#include "engine/extract/LoopBound.h"
#include "engine/extract/LoopContainer.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallPtrSet.h"

#include <algorithm>

using namespace clang;

namespace nostall {

//===----------------------------------------------------------------------===//
// Throughput
//===----------------------------------------------------------------------===//

namespace {
/// In picoseconds; several of a kind overlap.
constexpr double Simple = 60, Multiply = 120, Load = 120, Store = 220,
                 FloatOperation = 130, FloatDivision = 700, Conversion = 200,
                 ConstantDivision = 700,
                 /// With one misprediction in forty.
    Branch = 150, Switch = 1'000, Allocation = 10'000, Deallocation = 6'000,
                 DynamicCast = 8'000, Throw = 1'000'000, Atomic = 5'000;
/// One result after the other.
constexpr double SimpleLatency = 250, MultiplyLatency = 750,
                 LoadLatency = 1'250, FloatLatency = 800,
                 FloatDivisionLatency = 3'000,
                 /// Nodes lie apart: between the second cache and memory.
    NodeLatency = 5'000;
} // namespace

/// Of an integer division by \p Divisor.
static double divisionCost(const Expr *Divisor, const ASTContext &Context) {
  if (std::optional<llvm::APSInt> By = constantOf(Divisor, Context))
    return By->isPowerOf2() ? Simple : ConstantDivision;
  return Context.getTypeSize(Divisor->getType()) > 32 ? 2'500 : 1'800;
}

static bool isVector(QualType T) { return T->isVectorType(); }

static double arithmeticCost(const BinaryOperator *E, BinaryOperatorKind Op,
                             const ASTContext &Context) {
  QualType T = E->getLHS()->getType();
  if (T->isDependentType() || isVector(T))
    return Simple;
  bool IsFloat = T->isRealFloatingType();
  switch (Op) {
  case BO_Mul:
    return IsFloat ? FloatOperation : Multiply;
  case BO_Div:
  case BO_Rem:
    if (IsFloat)
      return FloatDivision;
    return E->getRHS()->isValueDependent() ||
                   !E->getRHS()->getType()->isIntegralOrEnumerationType()
               ? Multiply
               : divisionCost(E->getRHS(), Context);
  case BO_Comma:
  case BO_Assign:
    return 0;
  case BO_LAnd:
  case BO_LOr:
    return Branch;
  default:
    return IsFloat ? FloatOperation : Simple;
  }
}

/// Whether what \p E names lives in memory: an element, a member of what is
/// pointed to, a variable with static storage.
static bool isInMemory(const Expr *E) {
  E = E->IgnoreParenImpCasts();
  if (isa<ArraySubscriptExpr>(E))
    return true;
  if (const auto *UO = dyn_cast<UnaryOperator>(E))
    return UO->getOpcode() == UO_Deref;
  if (const auto *ME = dyn_cast<MemberExpr>(E))
    return ME->isArrow() || isInMemory(ME->getBase());
  if (const VarDecl *VD = variableOf(E))
    return VD->hasGlobalStorage() || VD->getType()->isReferenceType();
  return false;
}

static double binaryCost(const BinaryOperator *E, const ASTContext &Context) {
  BinaryOperatorKind Op = E->getOpcode();
  if (E->isCompoundAssignmentOp())
    Op = BinaryOperator::getOpForCompoundAssignment(Op);
  double Cost = arithmeticCost(E, Op, Context);
  if (E->isAssignmentOp() && isInMemory(E->getLHS()))
    Cost += Store + (E->isCompoundAssignmentOp() ? Load : 0);
  return Cost;
}

static double unaryCost(const UnaryOperator *E) {
  switch (E->getOpcode()) {
  case UO_AddrOf:
  case UO_Deref: // The load is the conversion's.
  case UO_Plus:
  case UO_Extension:
    return 0;
  default:
    return Simple + (E->isIncrementDecrementOp() &&
                             isInMemory(E->getSubExpr())
                         ? Load + Store
                         : 0);
  }
}

static double castCost(const CastExpr *E) {
  switch (E->getCastKind()) {
  case CK_LValueToRValue:
    return isInMemory(E->getSubExpr()) ? Load : 0;
  case CK_IntegralToFloating:
  case CK_FloatingToIntegral:
  case CK_FloatingCast:
    return Conversion;
  case CK_Dynamic:
    return DynamicCast;
  default:
    return 0;
  }
}

double operationCost(const Stmt *S, const ASTContext &Context) {
  if (const auto *BO = dyn_cast<BinaryOperator>(S))
    return binaryCost(BO, Context);
  if (const auto *UO = dyn_cast<UnaryOperator>(S))
    return unaryCost(UO);
  if (const auto *CE = dyn_cast<CastExpr>(S))
    return castCost(CE);
  switch (S->getStmtClass()) {
  case Stmt::IfStmtClass:
    return cast<IfStmt>(S)->isConstexpr() ? 0 : Branch;
  case Stmt::ConditionalOperatorClass:
  case Stmt::BinaryConditionalOperatorClass:
    return 2 * Simple; // Mostly a conditional move.
  case Stmt::SwitchStmtClass:
    return Switch;
  case Stmt::CXXNewExprClass: {
    const auto *New = cast<CXXNewExpr>(S);
    return New->getNumPlacementArgs() ? 0 : Allocation;
  }
  case Stmt::CXXDeleteExprClass:
    return Deallocation;
  case Stmt::CXXThrowExprClass:
    return Throw;
  case Stmt::AtomicExprClass:
    return Atomic;
  default:
    return 0;
  }
}

//===----------------------------------------------------------------------===//
// Chains from round to round
//===----------------------------------------------------------------------===//

namespace {

/// Follows one variable from what it is at the end of a round back to what it
/// was at its start, through the variables of the round.
class ChainFinder {
public:
  ChainFinder(const Stmt *Loop, const ASTContext &Context)
      : Loop(Loop), Context(Context) {}
  double longest();

private:
  void collect(const Stmt *S);
  void addSetting(const Expr *Target, const Expr *From, double Latency);
  double latencyOf(const BinaryOperator *E, BinaryOperatorKind Op) const;
  /// The latency from \p To's old value to \p E's; negative when \p E does not
  /// depend on it.
  double reach(const Stmt *E, const VarDecl *To);
  double reachCast(const CastExpr *E, const VarDecl *To);

  struct Setting {
    const VarDecl *Variable;
    const Expr *From;
    double Latency; ///< Of what `op=` adds.
    bool ToItself;  ///< `x op= From` depends on x as well.
  };
  const Stmt *Loop;
  const ASTContext &Context;
  llvm::SmallVector<Setting, 8> Settings;
  llvm::SmallPtrSet<const VarDecl *, 8> Inside; ///< Declared in the round.
  llvm::SmallPtrSet<const VarDecl *, 8> Active;
};

double ChainFinder::latencyOf(const BinaryOperator *E,
                              BinaryOperatorKind Op) const {
  bool IsFloat = E->getLHS()->getType()->isRealFloatingType();
  switch (Op) {
  case BO_Mul:
    return IsFloat ? FloatLatency : MultiplyLatency;
  case BO_Div:
  case BO_Rem:
    if (IsFloat)
      return FloatDivisionLatency;
    return constantOf(E->getRHS(), Context)
               ? std::max(2 * SimpleLatency,
                          2 * arithmeticCost(E, Op, Context))
               : arithmeticCost(E, Op, Context) + MultiplyLatency;
  default:
    return IsFloat ? FloatLatency : SimpleLatency;
  }
}

void ChainFinder::addSetting(const Expr *Target, const Expr *From,
                             double Latency) {
  const VarDecl *VD = variableOf(Target);
  if (VD && VD->getType()->isScalarType())
    Settings.push_back({VD, From, Latency, Latency > 0});
}

void ChainFinder::collect(const Stmt *S) {
  if (!S || isa<LambdaExpr>(S) || (S != Loop && isLoop(S)))
    return;
  if (const auto *DS = dyn_cast<DeclStmt>(S)) {
    for (const Decl *D : DS->decls())
      if (const auto *VD = dyn_cast<VarDecl>(D)) {
        Inside.insert(VD);
        if (VD->getInit() && VD->getType()->isScalarType())
          Settings.push_back({VD, VD->getInit(), 0, false});
      }
  } else if (const auto *BO = dyn_cast<BinaryOperator>(S);
             BO && BO->isAssignmentOp()) {
    addSetting(BO->getLHS(), BO->getRHS(),
               BO->isCompoundAssignmentOp()
                   ? latencyOf(BO, BinaryOperator::getOpForCompoundAssignment(
                                       BO->getOpcode()))
                   : 0);
  } else if (const auto *UO = dyn_cast<UnaryOperator>(S);
             UO && UO->isIncrementDecrementOp()) {
    addSetting(UO->getSubExpr(), nullptr, SimpleLatency);
  }
  for (const Stmt *Child : S->children())
    collect(Child);
}

double ChainFinder::reachCast(const CastExpr *E, const VarDecl *To) {
  double Inner = reach(E->getSubExpr(), To);
  if (Inner < 0)
    return Inner;
  switch (E->getCastKind()) {
  case CK_IntegralToFloating:
  case CK_FloatingToIntegral:
  case CK_FloatingCast:
    return Inner + FloatLatency;
  default:
    return Inner;
  }
}

double ChainFinder::reach(const Stmt *E, const VarDecl *To) {
  if (!E || isa<LambdaExpr>(E))
    return -1;
  if (const auto *DRE = dyn_cast<DeclRefExpr>(E)) {
    const auto *VD = dyn_cast<VarDecl>(DRE->getDecl());
    if (VD == To)
      return 0;
    if (!VD || !Inside.contains(VD) || !Active.insert(VD).second)
      return -1;
    double Longest = -1;
    for (const Setting &Set : Settings)
      if (Set.Variable == VD && Set.From)
        if (double Through = reach(Set.From, To); Through >= 0)
          Longest = std::max(Longest, Through + Set.Latency);
    Active.erase(VD);
    return Longest;
  }
  if (const auto *CE = dyn_cast<CastExpr>(E))
    return reachCast(CE, To);
  double Inner = -1;
  for (const Stmt *Child : E->children())
    Inner = std::max(Inner, reach(Child, To));
  if (Inner < 0)
    return Inner;
  if (const auto *BO = dyn_cast<BinaryOperator>(E))
    return Inner + (BO->isAssignmentOp() ? 0 : latencyOf(BO, BO->getOpcode()));
  if (isa<ArraySubscriptExpr>(E))
    return Inner + LoadLatency;
  if (const auto *ME = dyn_cast<MemberExpr>(E))
    return Inner + (ME->isArrow() ? NodeLatency : 0);
  if (const auto *UO = dyn_cast<UnaryOperator>(E))
    return Inner + (UO->getOpcode() == UO_Deref ? LoadLatency : SimpleLatency);
  if (isa<ConditionalOperator, CallExpr>(E))
    return Inner + 2 * SimpleLatency;
  return Inner;
}

double ChainFinder::longest() {
  if (const auto *For = dyn_cast<ForStmt>(Loop))
    collect(For->getInc());
  if (const Expr *Cond = conditionOf(Loop))
    collect(Cond);
  collect(bodyOf(Loop));
  double Longest = 0;
  // Several changes of one variable in a round come one after the other; those
  // under different conditions do not, and half is a fair guess.
  llvm::SmallPtrSet<const VarDecl *, 8> Seen;
  for (const Setting &Set : Settings) {
    if (Inside.contains(Set.Variable) || !Seen.insert(Set.Variable).second)
      continue;
    double Sum = 0, Most = 0;
    for (const Setting &Other : Settings) {
      if (Other.Variable != Set.Variable)
        continue;
      double Through =
          Other.From ? reach(Other.From, Other.Variable) : -1;
      double One = std::max(Through, 0.0) + Other.Latency;
      if (Through < 0 && !Other.ToItself)
        continue;
      Sum += One;
      Most = std::max(Most, One);
    }
    Longest = std::max(Longest, (Sum + Most) / 2);
  }
  return Longest;
}

} // namespace

double carriedLatency(const Stmt *Loop, const ASTContext &Context) {
  return ChainFinder(Loop, Context).longest();
}

//===----------------------------------------------------------------------===//
// Several rounds at once
//===----------------------------------------------------------------------===//

namespace {
struct VectorShape {
  bool Possible = true;
  uint64_t Widest = 0; ///< Bytes of the widest element, 0 for none.
  bool HasFloat = false;
};
} // namespace

/// Whether \p Index goes over many elements in a step: `i * 64`, `(i << 8) + j`.
static bool isStrided(const Expr *Index, const ASTContext &Context) {
  const auto *BO = dyn_cast<BinaryOperator>(Index->IgnoreParenImpCasts());
  if (!BO)
    return false;
  if (BO->getOpcode() == BO_Add || BO->getOpcode() == BO_Sub)
    return isStrided(BO->getLHS(), Context) || isStrided(BO->getRHS(), Context);
  std::optional<llvm::APSInt> By = constantOf(BO->getRHS(), Context);
  constexpr int Elements = 16;
  if (BO->getOpcode() == BO_Shl)
    return By && *By >= 4;
  return BO->getOpcode() == BO_Mul && By && *By >= Elements;
}

static void findShape(const Stmt *S, const ASTContext &Context,
                      VectorShape &Shape) {
  if (!S || !Shape.Possible)
    return;
  if (isLoop(S) || isa<CallExpr, CXXConstructExpr, LambdaExpr, IfStmt,
                       SwitchStmt, BreakStmt, ContinueStmt, ReturnStmt,
                       GotoStmt, CXXNewExpr, CXXDeleteExpr, CXXThrowExpr>(S)) {
    Shape.Possible = false;
    return;
  }
  if (const auto *BO = dyn_cast<BinaryOperator>(S);
      BO && (BO->isLogicalOp() || BO->getOpcode() == BO_Div ||
             BO->getOpcode() == BO_Rem || BO->getOpcode() == BO_DivAssign ||
             BO->getOpcode() == BO_RemAssign)) {
    Shape.Possible = false;
    return;
  }
  if (const auto *Element = dyn_cast<ArraySubscriptExpr>(S)) {
    QualType T = Element->getType();
    if (!T->isScalarType() || T->isDependentType()) {
      Shape.Possible = false;
      return;
    }
    Shape.Widest = std::max<uint64_t>(
        Shape.Widest, Context.getTypeSizeInChars(T).getQuantity());
    Shape.HasFloat |= T->isRealFloatingType();
    // `table[data[i]]` gathers, and so does `column[i * 64]`.
    const Expr *Index = Element->getIdx()->IgnoreParenImpCasts();
    if (isa<ArraySubscriptExpr, MemberExpr>(Index) || isStrided(Index, Context)) {
      Shape.Possible = false;
      return;
    }
  }
  // `*p++`
  if (const auto *UO = dyn_cast<UnaryOperator>(S);
      UO && UO->getOpcode() == UO_Deref && UO->getType()->isScalarType() &&
      !UO->getType()->isDependentType())
    Shape.Widest = std::max<uint64_t>(
        Shape.Widest,
        Context.getTypeSizeInChars(UO->getType()).getQuantity());
  for (const Stmt *Child : S->children())
    findShape(Child, Context, Shape);
}

double vectorFactor(const Stmt *Loop, const ASTContext &Context) {
  if (!isa<ForStmt, DoStmt>(Loop))
    return 1;
  VectorShape Shape;
  findShape(bodyOf(Loop), Context, Shape);
  if (!Shape.Possible || Shape.Widest == 0)
    return 1;
  // GCC 12 vectorises little at -O2, Clang most of it: the geometric mean.
  double Lanes = 16.0 / static_cast<double>(std::max<uint64_t>(Shape.Widest, 2));
  return Lanes >= 8 ? 4 : Lanes >= 4 ? 2.5 : 1.5;
}

uint8_t asChance(double Frequency) {
  return static_cast<uint8_t>(std::clamp(Frequency * 255, 1.0, 255.0));
}

} // namespace nostall

//===- LoopContainer.cpp - what a loop goes through -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/extract/LoopContainer.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;

namespace nostall {

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

std::optional<llvm::APSInt> constantOf(const Expr *E,
                                       const ASTContext &Context) {
  if (!E || E->isValueDependent() ||
      !E->getType()->isIntegralOrEnumerationType())
    return std::nullopt;
  Expr::EvalResult Result;
  if (!E->EvaluateAsInt(Result, Context))
    return std::nullopt;
  return Result.Val.getInt();
}

const Expr *stripped(const Expr *E) {
  while (true) {
    const Expr *Inner = E->IgnoreUnlessSpelledInSource()->IgnoreParenCasts();
    if (Inner == E)
      return E;
    E = Inner;
  }
}

const VarDecl *variableOf(const Expr *E) {
  const auto *DRE = dyn_cast<DeclRefExpr>(E->IgnoreParenImpCasts());
  return DRE ? dyn_cast<VarDecl>(DRE->getDecl()) : nullptr;
}

bool sameExpression(const Expr *A, const Expr *B, const ASTContext &Context) {
  llvm::FoldingSetNodeID IDA, IDB;
  stripped(A)->Profile(IDA, Context, /*Canonical=*/true);
  stripped(B)->Profile(IDB, Context, /*Canonical=*/true);
  return IDA == IDB;
}

bool namesVariable(const Expr *E, const VarDecl *Variable) {
  return E && variableOf(E) == Variable;
}

static bool changesByCall(const CallExpr *Call, const VarDecl *Variable) {
  if (const auto *OC = dyn_cast<CXXOperatorCallExpr>(Call)) {
    OverloadedOperatorKind Op = OC->getOperator();
    if ((OC->isAssignmentOp() || Op == OO_PlusPlus || Op == OO_MinusMinus) &&
        namesVariable(OC->getArg(0), Variable))
      return true;
    return false;
  }
  const FunctionDecl *FD = Call->getDirectCallee();
  for (unsigned I = 0; I < Call->getNumArgs(); ++I) {
    if (!namesVariable(Call->getArg(I), Variable))
      continue;
    if (!FD || I >= FD->getNumParams())
      continue;
    QualType T = FD->getParamDecl(I)->getType();
    if (T->isLValueReferenceType() &&
        !T.getNonReferenceType().isConstQualified())
      return true;
  }
  return false;
}

bool changes(const Stmt *S, const VarDecl *Variable) {
  if (!S || !Variable)
    return false;
  if (const auto *UO = dyn_cast<UnaryOperator>(S);
      UO && (UO->isIncrementDecrementOp() || UO->getOpcode() == UO_AddrOf) &&
      namesVariable(UO->getSubExpr(), Variable))
    return true;
  if (const auto *BO = dyn_cast<BinaryOperator>(S);
      BO && BO->isAssignmentOp() && namesVariable(BO->getLHS(), Variable))
    return true;
  if (const auto *Call = dyn_cast<CallExpr>(S);
      Call && changesByCall(Call, Variable))
    return true;
  return llvm::any_of(S->children(), [&](const Stmt *Child) {
    return changes(Child, Variable);
  });
}

//===----------------------------------------------------------------------===//
// Containers
//===----------------------------------------------------------------------===//

bool isPlace(const Expr *E) {
  E = stripped(E);
  if (isa<CXXThisExpr>(E))
    return true;
  if (const auto *DRE = dyn_cast<DeclRefExpr>(E))
    return isa<VarDecl>(DRE->getDecl());
  if (const auto *ME = dyn_cast<MemberExpr>(E))
    return isa<FieldDecl, VarDecl>(ME->getMemberDecl()) &&
           isPlace(ME->getBase());
  if (const auto *UO = dyn_cast<UnaryOperator>(E))
    return UO->getOpcode() == UO_Deref && isPlace(UO->getSubExpr());
  return false;
}

static bool hasMember(const CXXRecordDecl *RD, llvm::StringRef Name,
                      const ASTContext &Context) {
  DeclarationName DN(&Context.Idents.get(Name));
  if (!RD->lookup(DN).empty())
    return true;
  return llvm::any_of(RD->bases(), [&](const CXXBaseSpecifier &Base) {
    const CXXRecordDecl *BaseClass = Base.getType()->getAsCXXRecordDecl();
    return BaseClass && BaseClass->hasDefinition() &&
           hasMember(BaseClass->getDefinition(), Name, Context);
  });
}

bool isRangeType(QualType T, const ASTContext &Context) {
  T = T.getNonReferenceType();
  if (T->isPointerType())
    T = T->getPointeeType();
  const CXXRecordDecl *RD = T->getAsCXXRecordDecl();
  return RD && RD->hasDefinition() &&
         hasMember(RD->getDefinition(), "begin", Context) &&
         hasMember(RD->getDefinition(), "end", Context);
}

static bool isSizeName(llvm::StringRef Name) {
  return llvm::StringSwitch<bool>(Name)
      .Cases("size", "ssize", "length", "count", true)
      .Default(false);
}

const Expr *containerOf(const Expr *Bound) {
  if (!Bound || Bound->isTypeDependent())
    return nullptr;
  const Expr *E = stripped(Bound);
  if (const auto *BO = dyn_cast<BinaryOperator>(E);
      BO && BO->isAdditiveOp() && isa<IntegerLiteral>(stripped(BO->getRHS())))
    return containerOf(BO->getLHS());
  const Expr *Object = nullptr;
  const FunctionDecl *Callee = nullptr;
  if (const auto *MC = dyn_cast<CXXMemberCallExpr>(E);
      MC && MC->getNumArgs() == 0) {
    Object = MC->getImplicitObjectArgument();
    Callee = MC->getMethodDecl();
  } else if (const auto *Call = dyn_cast<CallExpr>(E);
             Call && Call->getNumArgs() == 1 && Call->getDirectCallee() &&
             Call->getDirectCallee()->isInStdNamespace()) {
    Object = Call->getArg(0);
    Callee = Call->getDirectCallee();
  } else if (const VarDecl *VD = variableOf(E);
             VD && VD->isLocalVarDecl() && VD->hasInit() &&
             !isa<DeclRefExpr>(stripped(VD->getInit()))) {
    // `auto end = c.end()`, `const auto n = c.size()`
    return containerOf(VD->getInit());
  }
  if (!Object || !Callee || !isPlace(Object) ||
      !isRangeType(Object->getType(), Callee->getASTContext()))
    return nullptr;
  // An iterator, or the number of elements; not a matrix's number of rows.
  if (E->getType()->isIntegralOrEnumerationType() &&
      !(Callee->getIdentifier() && isSizeName(Callee->getName())))
    return nullptr;
  return stripped(Object);
}

const Expr *drainedBy(const Expr *Cond, const ASTContext &Context) {
  if (!Cond || Cond->isTypeDependent())
    return nullptr;
  Cond = stripped(Cond);
  if (const auto *BO = dyn_cast<BinaryOperator>(Cond);
      BO && (BO->getOpcode() == BO_GT || BO->getOpcode() == BO_NE)) {
    std::optional<llvm::APSInt> Number = constantOf(BO->getRHS(), Context);
    return Number && Number->isZero() ? containerOf(BO->getLHS()) : nullptr;
  }
  const auto *Not = dyn_cast<UnaryOperator>(Cond);
  if (!Not || Not->getOpcode() != UO_LNot)
    return containerOf(Cond);
  const auto *MC = dyn_cast<CXXMemberCallExpr>(stripped(Not->getSubExpr()));
  if (!MC || MC->getNumArgs() != 0 || !MC->getMethodDecl() ||
      !MC->getMethodDecl()->isConst() || !MC->getType()->isBooleanType() ||
      !isPlace(MC->getImplicitObjectArgument()) ||
      !isRangeType(MC->getImplicitObjectArgument()->getType(), Context))
    return nullptr;
  return stripped(MC->getImplicitObjectArgument());
}

std::optional<uint64_t> sizeInType(QualType T, const ASTContext &Context) {
  T = T.getNonReferenceType();
  if (const auto *Array = Context.getAsConstantArrayType(T))
    return Array->getSize().getZExtValue();
  const auto *Class = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      T->getAsCXXRecordDecl());
  if (!Class || !Class->isInStdNamespace() || Class->getName() != "array")
    return std::nullopt;
  const TemplateArgumentList &Args = Class->getTemplateArgs();
  if (Args.size() != 2 || Args[1].getKind() != TemplateArgument::Integral)
    return std::nullopt;
  return Args[1].getAsIntegral().getZExtValue();
}

} // namespace nostall

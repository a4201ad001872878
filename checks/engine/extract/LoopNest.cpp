//===- LoopNest.cpp - loops through one container twice ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/extract/LoopNest.h"

#include "engine/extract/LoopContainer.h"
#include "engine/extract/LoopExits.h"
#include "engine/extract/ProjectScope.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;

namespace nostall {

//===----------------------------------------------------------------------===//
// Containers that stay small
//===----------------------------------------------------------------------===//

static bool isStdClass(QualType T, llvm::ArrayRef<llvm::StringRef> Names) {
  T = T.getNonReferenceType();
  if (T->isPointerType())
    T = T->getPointeeType();
  const CXXRecordDecl *RD = T->getAsCXXRecordDecl();
  return RD && RD->getIdentifier() && isStandard(RD) &&
         llvm::is_contained(Names, RD->getName());
}

/// A list of elements that stands in the source, or a constant size.
static bool isConstantInitializer(const Expr *Init, const ASTContext &Context) {
  Init = Init->IgnoreImplicit();
  if (const auto *List = dyn_cast<InitListExpr>(Init))
    return List->getNumInits() > 0;
  if (isa<CXXStdInitializerListExpr>(Init))
    return true;
  const auto *CE = dyn_cast<CXXConstructExpr>(Init);
  if (!CE || CE->getNumArgs() == 0)
    return false;
  const Expr *First = CE->getArg(0)->IgnoreImplicit();
  return isa<CXXStdInitializerListExpr>(First) ||
         (CE->getNumArgs() == 1 && isConstantInitializer(First, Context)) ||
         constantOf(First, Context).has_value();
}

bool hasConstantSize(const Expr *Container, const ASTContext &Context) {
  const Expr *Init = nullptr;
  bool Constant = Container->getType().isConstQualified();
  if (const VarDecl *VD = variableOf(Container)) {
    Init = VD->getInit();
    Constant |= VD->hasLocalStorage();
  } else if (const auto *ME = dyn_cast<MemberExpr>(Container)) {
    if (const auto *FD = dyn_cast<FieldDecl>(ME->getMemberDecl())) {
      Init = FD->getInClassInitializer();
      Constant = FD->getType().isConstQualified();
    } else if (const auto *VD = dyn_cast<VarDecl>(ME->getMemberDecl())) {
      Init = VD->getAnyInitializer();
      Constant = VD->getType().isConstQualified();
    }
  }
  return Constant && Init && !Init->isValueDependent() &&
         isConstantInitializer(Init, Context);
}

/// Texts are mostly short.
static bool staysSmall(const Expr *Container, const ASTContext &Context) {
  return isStdClass(Container->getType(), {"basic_string", "basic_string_view",
                                           "initializer_list", "array"}) ||
         hasConstantSize(Container, Context);
}

//===----------------------------------------------------------------------===//
// Work in each round
//===----------------------------------------------------------------------===//

namespace {

class NestFinder {
public:
  NestFinder(const Expr *Container, const VarDecl *Variable, bool FrontOnly,
             const ASTContext &Context)
      : Container(Container), Variable(Variable), FrontOnly(FrontOnly),
        Context(Context) {}
  /// Whether running \p S goes through the container.
  bool visit(const Stmt *S) const;

private:
  bool visitLoop(const Stmt *Loop) const;
  bool isEnd(const Expr *E) const;
  bool searches(const CallExpr *Call) const;
  bool movesAll(const CXXMemberCallExpr *Call) const;

  const Expr *Container;
  const VarDecl *Variable;
  bool FrontOnly;
  const ASTContext &Context;
};

/// `c.begin()`, `c.end()`
bool NestFinder::isEnd(const Expr *E) const {
  if (!isa<CallExpr>(stripped(E)) ||
      E->getType()->isIntegralOrEnumerationType())
    return false;
  const Expr *Of = containerOf(E);
  return Of && sameExpression(Of, Container, Context);
}

static bool isLinear(llvm::StringRef Algorithm) {
  return llvm::StringSwitch<bool>(Algorithm)
      .Cases("find", "find_if", "find_if_not", "count", "count_if", true)
      .Cases("any_of", "all_of", "none_of", "for_each", "accumulate", true)
      .Cases("min_element", "max_element", "minmax_element", true)
      .Cases("remove", "remove_if", "sort", "stable_sort", "reverse", true)
      .Default(false);
}

/// `std::find(c.begin(), c.end(), x)`, `std::ranges::find(c, x)`
bool NestFinder::searches(const CallExpr *Call) const {
  if (const auto *OC = dyn_cast<CXXOperatorCallExpr>(Call)) {
    const VarDecl *Algorithm =
        OC->getOperator() == OO_Call ? variableOf(OC->getArg(0)) : nullptr;
    return Algorithm && isStandard(Algorithm) && OC->getNumArgs() >= 2 &&
           isLinear(Algorithm->getName()) &&
           sameExpression(OC->getArg(1), Container, Context);
  }
  const FunctionDecl *FD = Call->getDirectCallee();
  return FD && FD->getIdentifier() && FD->isInStdNamespace() &&
         isLinear(FD->getName()) && Call->getNumArgs() >= 2 &&
         isEnd(Call->getArg(0)) && isEnd(Call->getArg(1));
}

/// `v.erase(v.begin())`, `v.insert(v.begin(), x)` of a vector.
bool NestFinder::movesAll(const CXXMemberCallExpr *Call) const {
  const CXXMethodDecl *MD = Call->getMethodDecl();
  if (!MD || !MD->getIdentifier() || Call->getNumArgs() == 0 ||
      !isStdClass(Call->getImplicitObjectArgument()->getType(), {"vector"}) ||
      !sameExpression(Call->getImplicitObjectArgument(), Container, Context))
    return false;
  bool IsErase = MD->getName() == "erase" && Call->getNumArgs() == 1;
  bool IsInsert = MD->getName() == "insert" || MD->getName() == "emplace";
  const auto *First = dyn_cast<CXXMemberCallExpr>(stripped(Call->getArg(0)));
  return (IsErase || IsInsert) && First && First->getMethodDecl() &&
         First->getMethodDecl()->getIdentifier() &&
         First->getMethodDecl()->getName().ends_with("begin") && isEnd(First);
}

bool NestFinder::visitLoop(const Stmt *Loop) const {
  LoopBound Bound = boundOf(Loop, Context);
  // A loop that goes on with the outer variable takes what the outer one then
  // skips.
  if (!FrontOnly && Bound.Container && Bound.Variable != Variable &&
      sameExpression(Bound.Container, Container, Context) &&
      !endsAfterOneRound(Loop) && !suspends(Loop))
    return true;
  return visit(conditionOf(Loop)) || visit(bodyOf(Loop));
}

bool NestFinder::visit(const Stmt *S) const {
  if (!S || isa<LambdaExpr>(S))
    return false;
  // What a condition guards may hardly ever run.
  if (const auto *If = dyn_cast<IfStmt>(S)) {
    if (If->isConstexpr())
      if (auto Taken = If->getNondiscardedCase(Context))
        return visit(*Taken);
    return visit(If->getInit()) || visit(If->getConditionVariableDeclStmt()) ||
           visit(If->getCond());
  }
  if (const auto *Switch = dyn_cast<SwitchStmt>(S))
    return visit(Switch->getCond());
  if (const auto *Choice = dyn_cast<AbstractConditionalOperator>(S))
    return visit(Choice->getCond());
  if (const auto *BO = dyn_cast<BinaryOperator>(S); BO && BO->isLogicalOp())
    return visit(BO->getLHS());
  if (isLoop(S))
    return visitLoop(S);
  if (const auto *Member = dyn_cast<CXXMemberCallExpr>(S);
      Member && movesAll(Member))
    return true;
  if (const auto *Call = dyn_cast<CallExpr>(S);
      Call && !FrontOnly && searches(Call))
    return true;
  return llvm::any_of(S->children(),
                      [&](const Stmt *Child) { return visit(Child); });
}

} // namespace

bool isQuadratic(const Stmt *Loop, const LoopBound &Bound,
                 const ASTContext &Context) {
  return Bound.Container && !Bound.Trips &&
         !staysSmall(Bound.Container, Context) && !endsAfterOneRound(Loop) &&
         !(isa<ForStmt>(Loop) && changes(bodyOf(Loop), Bound.Variable)) &&
         NestFinder(Bound.Container, Bound.Variable, /*FrontOnly=*/false,
                    Context)
             .visit(bodyOf(Loop));
}

bool takesFromFront(const Stmt *Loop, const Expr *Container,
                    const ASTContext &Context) {
  // With a `break` it takes a part, mostly.
  return !staysSmall(Container, Context) && !leavesEarly(Loop, Context) &&
         NestFinder(Container, /*Variable=*/nullptr, /*FrontOnly=*/true,
                    Context)
             .visit(bodyOf(Loop));
}

} // namespace nostall

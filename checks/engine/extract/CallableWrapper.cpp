//===- CallableWrapper.cpp - classes that stand for a callable --*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/extract/CallableWrapper.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/ADT/STLExtras.h"

using namespace clang;

namespace nostall {

/// What the source has: of an instantiation, the template's own class.
static const CXXRecordDecl *patternOf(const CXXRecordDecl *RD) {
  if (const CXXRecordDecl *Pattern = RD->getTemplateInstantiationPattern())
    RD = Pattern;
  return RD->getDefinition();
}

static bool pointsToFunction(QualType T) {
  T = T.getNonReferenceType();
  return T->isFunctionType() || T->isFunctionPointerType();
}

static bool takesAnything(const CXXConstructorDecl *CD) {
  const FunctionTemplateDecl *FT = CD->getPrimaryTemplate();
  if (!FT)
    FT = CD->getDescribedFunctionTemplate();
  if (!FT)
    return false;
  const FunctionDecl *Pattern = FT->getTemplatedDecl();
  // Member templates of class templates: the outermost pattern shows the
  // parameter's own type.
  if (Pattern->getNumParams() == 0 || Pattern->getMinRequiredArguments() > 1)
    return false;
  QualType T = Pattern->getParamDecl(0)->getType().getNonReferenceType();
  return T->isTemplateTypeParmType();
}

static bool takesFunction(const CXXConstructorDecl *CD) {
  return llvm::any_of(CD->parameters(), [](const ParmVarDecl *Param) {
    return pointsToFunction(Param->getType());
  });
}

namespace {

/// What a call operator calls.
struct CallsMade {
  unsigned OfMember = 0; ///< Through a pointer that the object holds.
  unsigned Other = 0;
};

} // namespace

/// Whether the call is plumbing: std::forward, a failed assertion.
static bool isPlumbing(const CallExpr *Call) {
  const Expr *Callee = Call->getCallee()->IgnoreParenImpCasts();
  const NamedDecl *Named = nullptr;
  if (const auto *Ref = dyn_cast<DeclRefExpr>(Callee))
    Named = Ref->getDecl();
  else if (const auto *Names = dyn_cast<UnresolvedLookupExpr>(Callee);
           Names && Names->decls_begin() != Names->decls_end())
    Named = (*Names->decls_begin())->getUnderlyingDecl();
  if (!Named)
    return false;
  const auto *FD = dyn_cast<FunctionDecl>(Named);
  return Named->isInStdNamespace() ||
         (FD && (FD->isNoReturn() || FD->getBuiltinID() != 0));
}

static void countCalls(const Stmt *S, CallsMade &Made) {
  if (!S)
    return;
  if (const auto *Call = dyn_cast<CallExpr>(S)) {
    const auto *Member =
        dyn_cast<MemberExpr>(Call->getCallee()->IgnoreParenImpCasts());
    if (Member && isa<FieldDecl>(Member->getMemberDecl()) &&
        isa<CXXThisExpr>(Member->getBase()->IgnoreParenImpCasts()) &&
        pointsToFunction(Member->getType()))
      ++Made.OfMember;
    else if (!isPlumbing(Call))
      ++Made.Other;
  }
  for (const Stmt *Child : S->children())
    countCalls(Child, Made);
}

static bool onlyCallsMember(const CXXMethodDecl *Operator) {
  CallsMade Made;
  countCalls(Operator->getBody(), Made);
  return Made.OfMember == 1 && Made.Other == 0;
}

/// \p Pattern is what patternOf() gives.
static bool isDelegate(const CXXRecordDecl *Pattern) {
  if (llvm::none_of(Pattern->fields(), [](const FieldDecl *Field) {
        return pointsToFunction(Field->getType());
      }) ||
      llvm::none_of(Pattern->ctors(), takesFunction))
    return false;
  bool Any = false;
  for (const CXXMethodDecl *MD : Pattern->methods()) {
    if (MD->getOverloadedOperator() != OO_Call)
      continue;
    if (!onlyCallsMember(MD))
      return false;
    Any = true;
  }
  return Any;
}

bool isCallableWrapper(const CXXRecordDecl *RD) {
  for (const Decl *D : RD->decls())
    if (const auto *FT = dyn_cast<FunctionTemplateDecl>(D))
      if (const auto *CD = dyn_cast<CXXConstructorDecl>(FT->getTemplatedDecl()))
        if (takesAnything(CD))
          return true;
  const CXXRecordDecl *Pattern = patternOf(RD);
  return Pattern && isDelegate(Pattern);
}

bool isWrapperConstructor(const CXXConstructorDecl *CD) {
  if (takesAnything(CD))
    return true;
  if (!takesFunction(CD) || !CD->getParent()->hasDefinition())
    return false;
  const CXXRecordDecl *Pattern = patternOf(CD->getParent());
  return Pattern && isDelegate(Pattern);
}

} // namespace nostall

//===- LoopFacts.cpp - how often a loop runs --------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/extract/LoopFacts.h"

#include "engine/extract/LoopBound.h"
#include "engine/extract/LoopContainer.h"
#include "engine/extract/LoopExits.h"
#include "engine/extract/LoopNest.h"
#include "engine/extract/LoopSpin.h"

#include "clang/AST/ExprCXX.h"
#include "clang/AST/StmtCXX.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Lex/Lexer.h"

using namespace clang;

namespace nostall {

/// Whether \p E mentions a variable that \p Loop declares: then what it
/// bounds is a part of what the loop iterates over.
static bool dependsOn(const Stmt *E, const Stmt *Loop,
                      const SourceManager &SM) {
  if (!E)
    return false;
  if (const auto *DRE = dyn_cast<DeclRefExpr>(E))
    if (const auto *VD = dyn_cast<VarDecl>(DRE->getDecl())) {
      SourceLocation Loc = SM.getExpansionLoc(VD->getLocation());
      if (!SM.isBeforeInTranslationUnit(
              Loc, SM.getExpansionLoc(Loop->getBeginLoc())) &&
          !SM.isBeforeInTranslationUnit(SM.getExpansionLoc(Loop->getEndLoc()),
                                        Loc))
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

static std::string sourceText(const Expr *E, const ASTContext &Context) {
  const SourceManager &SM = Context.getSourceManager();
  llvm::StringRef Text = Lexer::getSourceText(
      CharSourceRange::getTokenRange(
          SM.getExpansionRange(E->getSourceRange()).getAsRange()),
      SM, Context.getLangOpts());
  constexpr size_t Longest = 60;
  if (Text.size() > Longest || Text.contains('\n'))
    return "";
  return Text.str();
}

static uint16_t suspensionFlags(const Stmt *Loop, const ASTContext &Context) {
  if (!suspends(Loop))
    return 0;
  return LF_MaySuspend |
         (suspendsRegularly(Loop, Context) ? LF_SuspendsRegularly : 0);
}

static uint16_t spinFlags(const Stmt *Loop, const ASTContext &Context) {
  if (!onlyWaits(Loop, Context))
    return 0;
  return LF_EmptyBody | (readsAtomically(Loop) ? LF_SpinsOnAtomic : 0) |
         (callsOnlyRead(Loop, Context) ? LF_PureCalls : 0);
}

/// What the loop around has to do with a bound that is not constant.
static uint16_t nestFlags(const LoopBound &Bound, const Stmt *Parent,
                          const ASTContext &Context) {
  LoopBound Outer = boundOf(Parent, Context);
  if (!Outer.Bound || Outer.Trips || endsAfterOneRound(Parent))
    return 0;
  uint16_t Flags = 0;
  if (!dependsOn(Bound.Bound, Parent, Context.getSourceManager()))
    Flags |= LF_IndependentOfParent;
  bool Same = Bound.Container && Outer.Container
                  ? sameExpression(Bound.Container, Outer.Container, Context)
                  : sameExpression(Bound.Bound, Outer.Bound, Context);
  // A loop that goes on with the outer variable is the same loop.
  bool GoesOn = Bound.Variable && Bound.Variable == Outer.Variable;
  bool IsConstant =
      Bound.Container && hasConstantSize(Bound.Container, Context);
  if (Same && !GoesOn && !IsConstant)
    Flags |= LF_SameBoundAsParent;
  return Flags;
}

LoopFacts classifyLoop(const Stmt *Loop, const Stmt *Parent,
                       ASTContext &Context, const ProjectScope &Scope) {
  LoopFacts Facts;
  Facts.Flags = suspensionFlags(Loop, Context) | spinFlags(Loop, Context);
  // `for (;;);` behind glib's g_error(), say: control never gets there.
  SourceLocation Begin = Loop->getBeginLoc();
  bool InLibraryMacro =
      Begin.isMacroID() &&
      !Scope.isProject(Context.getSourceManager().getSpellingLoc(Begin));
  if (!InLibraryMacro && isEndless(Loop, Context)) {
    Facts.Flags |= LF_Endless;
    return Facts;
  }
  if (const Expr *Container = drainedBy(conditionOf(Loop), Context);
      Container && takesFromFront(Loop, Container, Context)) {
    Facts.Flags |= LF_UnknownTrips | LF_Quadratic;
    Facts.Bound = sourceText(Container, Context);
    return Facts;
  }
  LoopBound Bound = boundOf(Loop, Context);
  if (!Bound.Bound || Bound.Bound->isValueDependent())
    return Facts;
  if (Bound.Trips) {
    Facts.Flags |= LF_ConstantTrips;
    Facts.Trips = *Bound.Trips;
    if (leavesEarly(Loop, Context) ||
        (isa<ForStmt>(Loop) && changes(bodyOf(Loop), Bound.Variable)))
      Facts.Flags |= LF_LeavesEarly;
    return Facts;
  }
  Facts.Flags |= LF_UnknownTrips;
  Facts.Bound =
      sourceText(Bound.Container ? Bound.Container : Bound.Bound, Context);
  if (isQuadratic(Loop, Bound, Context))
    Facts.Flags |= LF_Quadratic;
  if (Parent)
    Facts.Flags |= nestFlags(Bound, Parent, Context);
  return Facts;
}

} // namespace nostall

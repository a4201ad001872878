//===- TUSummaryExtractor.cpp - AST to TUSummary ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/extract/TUSummaryExtractor.h"

#include "engine/extract/BodyExtractor.h"
#include "engine/extract/EntityNamer.h"
#include "engine/extract/IncludeLines.h"
#include "engine/extract/SuppressionScanner.h"
#include "engine/summary/ContentHash.h"
#include "engine/summary/SummaryBuilder.h"

#include "clang/AST/Attr.h"
#include "clang/AST/DeclFriend.h"
#include "clang/AST/DeclTemplate.h"

#include <deque>

using namespace clang;

namespace nostall {
namespace {

class TUSummaryExtractor : public BodyQueue {
public:
  TUSummaryExtractor(ASTContext &Context, const ScopeOptions &Options)
      : Context(Context), Scope(Options, Context.getSourceManager()),
        Namer(Context, Scope, Builder) {}

  TUSummary run();

  void reached(const FunctionDecl *FD) override;
  void closure(const CXXRecordDecl *RD) override;
  void localClass(const CXXRecordDecl *RD) override { addClass(RD); }

private:
  void addDecl(const Decl *D);
  void addContext(const DeclContext *DC);
  void addFunction(const FunctionDecl *FD);
  void addTemplate(const FunctionTemplateDecl *FT);
  void addClass(const CXXRecordDecl *RD);
  void addOverrides(const CXXMethodDecl *MD);
  void push(const FunctionDecl *FD);
  void walkQueue();
  void walkFunction(const FunctionDecl *FD);
  void walkGlobals();
  uint32_t functionFlags(const FunctionDecl *FD) const;

  ASTContext &Context;
  SummaryBuilder Builder;
  ProjectScope Scope;
  EntityNamer Namer;
  std::deque<const FunctionDecl *> Queue;
  llvm::DenseSet<const Decl *> Queued;
  llvm::DenseSet<const CXXRecordDecl *> Classes;
  std::vector<const VarDecl *> Globals;
};

//===----------------------------------------------------------------------===//
// What to walk
//===----------------------------------------------------------------------===//

void TUSummaryExtractor::push(const FunctionDecl *FD) {
  if (Queued.insert(FD->getCanonicalDecl()).second)
    Queue.push_back(FD);
}

/// The declaration whose body runs, or null where there is none to walk.
static const FunctionDecl *walkable(const FunctionDecl *FD) {
  if (const FunctionDecl *Definition = FD->getDefinition())
    FD = Definition;
  if (FD->isDependentContext())
    return nullptr;
  const FunctionDecl *WithBody = nullptr;
  if (FD->hasBody(WithBody) && !WithBody->hasSkippedBody())
    return WithBody;
  // An implicit destructor has no body until code generation wants one, but
  // runs the destructors of its members all the same.
  if (const auto *DD = dyn_cast<CXXDestructorDecl>(FD);
      DD && DD->isDefaulted() && !DD->isDeleted() && !DD->isTrivial())
    return DD;
  return nullptr;
}

void TUSummaryExtractor::reached(const FunctionDecl *FD) {
  if (FD->isInvalidDecl())
    return;
  // By the pattern's place: instantiations have none of their own.
  if (!Scope.wantsBody(FD))
    return;
  if (const FunctionDecl *Body = walkable(FD))
    push(Body);
}

void TUSummaryExtractor::closure(const CXXRecordDecl *RD) {
  const CXXMethodDecl *Operator = RD->getLambdaCallOperator();
  if (!Operator)
    return;
  if (!RD->isGenericLambda()) {
    if (Operator->hasBody())
      push(Operator);
    return;
  }
  // Instantiated by the code that calls it; when that code's body is skipped
  // there may be no instantiation, and the pattern's non-dependent calls are
  // all there is to see.
  bool Instantiated = false;
  if (FunctionTemplateDecl *Template = RD->getDependentLambdaCallOperator())
    for (FunctionDecl *Spec : Template->specializations())
      if (const FunctionDecl *Body = walkable(Spec)) {
        push(Body);
        Instantiated = true;
      }
  if (!Instantiated && Operator->hasBody())
    push(Operator);
}

void TUSummaryExtractor::addFunction(const FunctionDecl *FD) {
  if (FD->isInvalidDecl() || !FD->doesThisDeclarationHaveABody() ||
      !Scope.isProject(FD->getLocation()) || FD->hasSkippedBody())
    return;
  if (FD->isDependentContext())
    return;
  push(FD);
}

void TUSummaryExtractor::addTemplate(const FunctionTemplateDecl *FT) {
  bool Instantiated = false;
  for (FunctionDecl *Spec : FT->specializations())
    if (const FunctionDecl *Body = walkable(Spec);
        Body && !Body->isInvalidDecl()) {
      push(Body);
      Instantiated = true;
    }
  // What a template does that nothing here instantiates is seen as far as it
  // does not depend on the arguments.
  const FunctionDecl *Pattern = FT->getTemplatedDecl();
  if (!Instantiated && Pattern->doesThisDeclarationHaveABody() &&
      !Pattern->hasSkippedBody() && !Pattern->isInvalidDecl() &&
      !FT->getDeclContext()->isDependentContext())
    push(Pattern);
}

void TUSummaryExtractor::addOverrides(const CXXMethodDecl *MD) {
  if (!MD->isVirtual() || MD->isInvalidDecl())
    return;
  for (const CXXMethodDecl *Base : MD->overridden_methods())
    Builder.Summary.Overrides.push_back(
        {Namer.entity(MD), Namer.entity(Base)});
}

void TUSummaryExtractor::addClass(const CXXRecordDecl *RD) {
  RD = RD->getDefinition();
  if (!RD || RD->isInvalidDecl() || RD->isDependentContext() ||
      !Classes.insert(RD).second)
    return;
  // Its bases: they decide which overriders a call may reach.
  if (RD->isPolymorphic())
    Namer.typeName(QualType(RD->getTypeForDecl(), 0));
  for (const CXXMethodDecl *MD : RD->methods()) {
    addOverrides(MD);
    // Implicit members are reached by whoever uses them.
    if (!MD->isImplicit() || MD->isVirtual())
      reached(MD);
  }
  addContext(RD);
}

void TUSummaryExtractor::addDecl(const Decl *D) {
  if (const auto *NS = dyn_cast<NamespaceDecl>(D)) {
    if (Scope.options().Deep || Scope.isProject(NS->getLocation()))
      addContext(NS);
  } else if (isa<LinkageSpecDecl, ExportDecl>(D)) {
    if (Scope.options().Deep || Scope.isProject(D->getLocation()))
      addContext(cast<DeclContext>(D));
  } else if (!Scope.isProject(D->getLocation())) {
    return;
  } else if (const auto *FD = dyn_cast<FunctionDecl>(D)) {
    addFunction(FD);
  } else if (const auto *FT = dyn_cast<FunctionTemplateDecl>(D)) {
    addTemplate(FT);
  } else if (const auto *CT = dyn_cast<ClassTemplateDecl>(D)) {
    for (ClassTemplateSpecializationDecl *Spec : CT->specializations())
      addClass(Spec);
  } else if (const auto *RD = dyn_cast<CXXRecordDecl>(D)) {
    if (RD->isThisDeclarationADefinition())
      addClass(RD);
  } else if (const auto *VD = dyn_cast<VarDecl>(D)) {
    if (VD->hasInit() && !VD->isInvalidDecl() &&
        !VD->getDeclContext()->isDependentContext() &&
        !VD->getType()->isDependentType())
      Globals.push_back(VD);
  } else if (const auto *Friend = dyn_cast<FriendDecl>(D)) {
    if (const NamedDecl *ND = Friend->getFriendDecl())
      addDecl(ND);
  }
}

void TUSummaryExtractor::addContext(const DeclContext *DC) {
  for (const Decl *D : DC->decls())
    addDecl(D);
}

//===----------------------------------------------------------------------===//
// Walking
//===----------------------------------------------------------------------===//

uint32_t TUSummaryExtractor::functionFlags(const FunctionDecl *FD) const {
  uint32_t Flags = 0;
  if (const auto *MD = dyn_cast<CXXMethodDecl>(FD)) {
    if (MD->getParent()->isLambda())
      Flags |= FF_Lambda;
    if (MD->getIdentifier() &&
        (MD->getName() == "await_ready" || MD->getName() == "await_suspend" ||
         MD->getName() == "await_resume"))
      Flags |= FF_AwaiterHook;
  }
  if (FD->isMain())
    Flags |= FF_Main;
  if (!Scope.isProject(FD->getLocation()))
    Flags |= FF_External;
  if (FD->isDependentContext())
    Flags |= FF_Pattern;
  if (FD->isDefaulted())
    Flags |= FF_Synthesized;
  for (const FunctionEffectWithCondition &Effect : FD->getFunctionEffects())
    if (Effect.Effect.kind() == FunctionEffect::Kind::NonBlocking ||
        Effect.Effect.kind() == FunctionEffect::Kind::NonAllocating)
      Flags |= FF_Nonblocking;
  return Flags;
}

void TUSummaryExtractor::walkFunction(const FunctionDecl *FD) {
  FunctionSummary Summary;
  Summary.Entity = Namer.entity(FD);
  Summary.Loc = Namer.location(FD->getLocation());
  Summary.EndLine = Namer.location(FD->getEndLoc()).Line;
  Summary.Flags = functionFlags(FD);
  Summary.NumParams = FD->getNumParams() + 1;
  if (const auto *MD = dyn_cast<CXXMethodDecl>(FD);
      MD && MD->getParent()->isLambda())
    Summary.Parent = Namer.closureParent(MD->getParent());

  BodyExtractor Body(Context, Namer, Scope, Builder, *this, FD,
                     Summary.Entity);
  Body.walkFunction();
  Body.finish(Summary);
  Summary.ContentHash = contentHash(Builder.Summary, Summary);
  Builder.Summary.Functions.push_back(Summary);
}

void TUSummaryExtractor::walkQueue() {
  while (!Queue.empty()) {
    const FunctionDecl *FD = Queue.front();
    Queue.pop_front();
    walkFunction(FD);
  }
}

/// Initialisers of variables with static storage run before main, on no loop;
/// but they fill tables of callbacks.
void TUSummaryExtractor::walkGlobals() {
  if (Globals.empty())
    return;
  FunctionSummary Summary;
  Summary.Entity = Namer.syntheticEntity("static initialisation");
  Summary.Loc = Namer.location(Globals.front()->getLocation());
  Summary.EndLine = Summary.Loc.Line;
  Summary.Flags = FF_Synthesized;
  Summary.NumParams = 1;
  BodyExtractor Body(Context, Namer, Scope, Builder, *this,
                     /*Function=*/nullptr, Summary.Entity);
  for (const VarDecl *VD : Globals)
    Body.walkGlobal(VD);
  Body.finish(Summary);
  Summary.ContentHash = contentHash(Builder.Summary, Summary);
  Builder.Summary.Functions.push_back(Summary);
}

TUSummary TUSummaryExtractor::run() {
  const SourceManager &SM = Context.getSourceManager();
  // The whole unit; or what its host has set, as clangd does: its preamble is
  // read back from disk piece by piece, and holds no bodies.
  for (const Decl *D : Context.getTraversalScope())
    if (const auto *Unit = dyn_cast<TranslationUnitDecl>(D))
      addContext(Unit);
    else
      addDecl(D);
  walkGlobals();
  walkQueue();
  scanSuppressions(SM, Scope, Builder);
  addIncludeLines(SM, Scope, Builder);
  DiagnosticConsumer *Client = Context.getDiagnostics().getClient();
  Builder.Summary.Units.push_back({Scope.mainFileName(),
                                   Client ? Client->getNumErrors() : 0});
  return std::move(Builder.Summary);
}

} // namespace

TUSummary extractTUSummary(ASTContext &Context, const ScopeOptions &Options) {
  return TUSummaryExtractor(Context, Options).run();
}

} // namespace nostall

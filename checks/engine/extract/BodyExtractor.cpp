//===- BodyExtractor.cpp - one body to its summary --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/extract/BodyExtractor.h"

#include "engine/extract/FlowGraphBuilder.h"
#include "engine/extract/SpelledCalls.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/StmtObjC.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace clang;

namespace nostall {

BodyExtractor::BodyExtractor(ASTContext &Context, EntityNamer &Namer,
                             const ProjectScope &Scope, SummaryBuilder &Builder,
                             BodyQueue &Queue, const FunctionDecl *Function,
                             EntityIndex Self)
    : Context(Context), Namer(Namer), Scope(Scope), Builder(Builder),
      Queue(Queue), Function(Function), Self(Self),
      Values(Context, Namer, Scope, Builder, Function) {}

Location BodyExtractor::location(SourceLocation Loc) {
  return Namer.location(LocationOverride.isValid() ? LocationOverride : Loc);
}

bool BodyExtractor::tracked(QualType T) const {
  T = T.getNonReferenceType();
  return T->isRecordType() || T->isAnyPointerType() ||
         T->isMemberPointerType() || T->isFunctionType() ||
         T->isIntegralOrEnumerationType() || T->isArrayType();
}

void BodyExtractor::addFlow(FlowTarget Target, uint32_t Index,
                            const ValueList &List, SourceLocation Loc) {
  if (!List.empty())
    Flows.push_back({Target, Index, List, location(Loc)});
}

/// The variable of this function that is named, through copies and casts.
const VarDecl *BodyExtractor::namedLocal(const Expr *E) {
  E = E->IgnoreParenImpCasts();
  if (const auto *CE = dyn_cast<CXXConstructExpr>(E);
      CE && CE->getNumArgs() == 1)
    E = CE->getArg(0)->IgnoreParenImpCasts();
  const auto *DRE = dyn_cast<DeclRefExpr>(E);
  const auto *VD = DRE ? dyn_cast<VarDecl>(DRE->getDecl()) : nullptr;
  return VD && VD->hasLocalStorage() ? VD : nullptr;
}

//===----------------------------------------------------------------------===//
// Suspension points
//===----------------------------------------------------------------------===//

void BodyExtractor::walkSuspend(const CoroutineSuspendExpr *E) {
  if (E->isTypeDependent()) {
    walk(E->getOperand());
    return;
  }
  bool IsYield = isa<CoyieldExpr>(E);
  const auto *Await = dyn_cast<CoawaitExpr>(E);
  bool Implicit = Await && Await->isImplicit();
  if (IsYield)
    HasCoYield = true;
  else if (!Implicit)
    HasCoAwait = true;
  // The common expression holds the operand: as written, or through
  // await_transform, yield_value and operator co_await.
  walk(E->getCommonExpr());
  walk(E->getReadyExpr());
  walk(E->getSuspendExpr());

  PendingCall Call;
  Call.Edge.Kind = IsYield ? CallKind::Yield : CallKind::Await;
  Call.Edge.Loc = location(E->getKeywordLoc());
  if (Implicit)
    Call.Edge.Flags |= CF_Implicit;
  Call.Args.push_back(Values.valuesOf(E->getOperand()));
  addCall(std::move(Call), E);

  walk(E->getResumeExpr());
}

void BodyExtractor::walkCoroutineBody(const CoroutineBodyStmt *S) {
  // The statements that the compiler adds stand nowhere; show them at the
  // function's name.
  auto Hidden = [&](const Stmt *Part) {
    llvm::SaveAndRestore<SourceLocation> At(
        LocationOverride, LocationOverride.isValid() ? LocationOverride
                                                     : Function->getLocation());
    llvm::SaveAndRestore<uint16_t> Flags(ExtraFlags, ExtraFlags | CF_Implicit);
    if (Part)
      walk(Part);
  };
  enterScope();
  Hidden(S->getAllocate());
  for (const Stmt *Move : S->getParamMoves())
    Hidden(Move);
  Hidden(S->getPromiseDeclStmt());
  Hidden(S->getReturnValueInit());
  Hidden(S->getInitSuspendStmt());
  walk(S->getBody());
  Hidden(S->getFallthroughHandler());
  Hidden(S->getExceptionHandler());
  Hidden(S->getFinalSuspendStmt());
  leaveScope();
  Hidden(S->getDeallocate());
}

//===----------------------------------------------------------------------===//
// Declarations, initialisers, assignments
//===----------------------------------------------------------------------===//

ValueList BodyExtractor::walkInitializer(const Expr *E) {
  if (!E)
    return {};
  walk(E, Position::Initializer);
  return Values.valuesOf(E);
}

void BodyExtractor::walkVariable(const VarDecl *VD) {
  HasErrors |= VD->isInvalidDecl();
  if (VD->isConstexpr())
    return;
  if (VD->isStaticLocal()) {
    llvm::SaveAndRestore<uint16_t> Flags(ExtraFlags, ExtraFlags | CF_OnceOnly);
    ValueList Init = walkInitializer(VD->getInit());
    if (tracked(VD->getType()))
      addFlow(FlowTarget::Slot, Namer.globalSlot(VD), Init, VD->getLocation());
    return;
  }
  if (VD->hasGlobalStorage()) // `extern` in a function
    return;
  ValueList Init = walkInitializer(VD->getInit());
  if (tracked(VD->getType()) && !isa<DecompositionDecl>(VD))
    addFlow(FlowTarget::Local, Values.localIndex(VD), Init, VD->getLocation());
  if (const auto *DD = dyn_cast<DecompositionDecl>(VD)) {
    // Bindings refer to the hidden variable.
    addFlow(FlowTarget::Local, Values.localIndex(VD), Init, VD->getLocation());
    for (const BindingDecl *BD : DD->bindings())
      if (const VarDecl *Holding = BD->getHoldingVar())
        walk(Holding->getInit(), Position::Initializer);
  }
  if (VD->needsDestruction(Context) && !Scopes.empty())
    Scopes.back().push_back(VD);
}

void BodyExtractor::walkGlobal(const VarDecl *VD) {
  enterScope();
  ValueList Init = walkInitializer(VD->getInit());
  if (tracked(VD->getType()))
    addFlow(FlowTarget::Slot, Namer.globalSlot(VD), Init, VD->getLocation());
  leaveScope();
}

void BodyExtractor::walkDecl(const Decl *D) {
  if (const auto *VD = dyn_cast<VarDecl>(D))
    walkVariable(VD);
  else if (const auto *RD = dyn_cast<CXXRecordDecl>(D);
           RD && RD->isThisDeclarationADefinition() && !RD->isLambda())
    Queue.localClass(RD);
}

void BodyExtractor::leaveScope() {
  for (const VarDecl *VD : llvm::reverse(Scopes.back()))
    addDestructor(VD->getType(),
                  {Values.valueOf(VD)},
                  VD->getLocation(), VD,
                  CF_ScopeEnd | (MovedFrom.contains(VD) ? CF_MovedFrom : 0));
  Scopes.pop_back();
}

void BodyExtractor::walkLambda(const LambdaExpr *E) {
  const CXXRecordDecl *Closure = E->getLambdaClass();
  Namer.numberClosure(Closure, Self, NumClosures++);
  auto Init = E->capture_init_begin();
  for (const LambdaCapture &Capture : E->captures()) {
    const Expr *InitExpr = *Init++;
    if (!Capture.capturesVariable())
      continue;
    const ValueDecl *VD = Capture.getCapturedVar();
    ValueList Captured;
    if (E->isInitCapture(&Capture))
      Captured = walkInitializer(cast<VarDecl>(VD)->getInit());
    else {
      walk(InitExpr, Position::Initializer);
      Captured = {Values.valueOf(VD)};
    }
    if (tracked(VD->getType()))
      addFlow(FlowTarget::Slot, Namer.captureSlot(Closure, VD), Captured,
              Capture.getLocation());
  }
  Queue.closure(Closure);
}

void BodyExtractor::walkInitList(const InitListExpr *E) {
  const InitListExpr *Semantic = E->isSemanticForm() ? E : E->getSemanticForm();
  if (!Semantic)
    Semantic = E;
  const RecordDecl *RD = Semantic->getType()->getAsRecordDecl();
  if (!RD || RD->isUnion()) {
    for (const Expr *Init : Semantic->inits())
      walk(Init, Position::Initializer);
    if (RD && Semantic->getInitializedFieldInUnion() &&
        Semantic->getNumInits() == 1)
      addFlow(FlowTarget::Slot,
              Namer.fieldSlot(Semantic->getInitializedFieldInUnion()),
              Values.valuesOf(Semantic->getInit(0)), E->getBeginLoc());
    return;
  }
  unsigned I = 0;
  if (const auto *CXXRD = dyn_cast<CXXRecordDecl>(RD))
    for (unsigned N = CXXRD->getNumBases(); I < N && I < Semantic->getNumInits(); ++I)
      walk(Semantic->getInit(I), Position::Initializer);
  for (const FieldDecl *Field : RD->fields()) {
    if (Field->isUnnamedBitField())
      continue;
    if (I >= Semantic->getNumInits())
      break;
    const Expr *Init = Semantic->getInit(I++);
    if (!Init || isa<ImplicitValueInitExpr>(Init))
      continue;
    ValueList List = walkInitializer(Init);
    if (tracked(Field->getType()))
      addFlow(FlowTarget::Slot, Namer.fieldSlot(Field), List,
              Init->getExprLoc());
  }
}

void BodyExtractor::walkAssignment(const BinaryOperator *E) {
  walk(E->getLHS());
  walk(E->getRHS());
  // `flags |= O_NONBLOCK` may leave the flag; what arithmetic makes of a value
  // is not followed.
  bool IsKnown =
      E->getOpcode() == BO_Assign || E->getOpcode() == BO_OrAssign;
  addChange(E->getLHS(),
            IsKnown ? Values.valuesOf(E->getRHS()) : ValueList{Value{}},
            E->getExprLoc());
}

/// Records that \p Target has one of the values from here on.
void BodyExtractor::addChange(const Expr *Target, ValueList List,
                              SourceLocation Loc) {
  if (!tracked(Target->getType()))
    return;
  // A number that is computed is no longer the constant that it was.
  if (List.empty() && Target->getType()->isIntegralOrEnumerationType())
    List.push_back(Value{});
  for (const Value &Changed : Values.valuesOf(Target))
    if (Changed.Kind == ValueKind::Local)
      addFlow(FlowTarget::Local, Changed.Data, List, Loc);
    else if (Changed.Kind == ValueKind::Slot)
      addFlow(FlowTarget::Slot, Changed.Data, List, Loc);
}

void BodyExtractor::walkReturn(const Expr *Returned, SourceLocation Loc) {
  if (!Returned)
    return;
  if (const VarDecl *VD = namedLocal(Returned))
    MovedFrom.insert(VD);
  ValueList List = walkInitializer(Returned);
  if (tracked(Returned->getType()))
    addFlow(FlowTarget::Return, 0, List, Loc);
}

//===----------------------------------------------------------------------===//
// Whole functions
//===----------------------------------------------------------------------===//

void BodyExtractor::walkFunction() {
  enterScope();
  for (const ParmVarDecl *Param : Function->parameters())
    if (Param->needsDestruction(Context))
      Scopes.back().push_back(Param);

  if (const auto *CD = dyn_cast<CXXConstructorDecl>(Function))
    for (const CXXCtorInitializer *Init : CD->inits()) {
      ValueList List = walkInitializer(Init->getInit());
      if (!Init->isAnyMemberInitializer())
        continue;
      const FieldDecl *Field = Init->getAnyMember();
      if (tracked(Field->getType()))
        addFlow(FlowTarget::Slot, Namer.fieldSlot(Field), List,
                Init->getSourceLocation());
    }

  if (const Stmt *Body = Function->getBody())
    walk(Body);
  leaveScope();

  if (const auto *DD = dyn_cast<CXXDestructorDecl>(Function))
    addMemberDestructors(DD->getParent());
}

/// Whether the class of a coroutine's result can be awaited: then the
/// coroutine runs when its awaiter lets it, not inside its consumer.
static bool isAwaitable(const CXXRecordDecl *RD) {
  if (!RD || !RD->hasDefinition())
    return true;
  for (const Decl *D : RD->getDefinition()->decls()) {
    if (const auto *FT = dyn_cast<FunctionTemplateDecl>(D))
      D = FT->getTemplatedDecl();
    const auto *MD = dyn_cast<CXXMethodDecl>(D);
    if (!MD)
      continue;
    if (MD->getOverloadedOperator() == OO_Coawait)
      return true;
    if (MD->getIdentifier() && MD->getName() == "await_ready")
      return true;
  }
  return llvm::any_of(RD->getDefinition()->bases(), [](const auto &Base) {
    return isAwaitable(Base.getType()->getAsCXXRecordDecl());
  });
}

/// Whether initial_suspend() never suspends.
static bool startsEagerly(const CoroutineBodyStmt *S) {
  const auto *Initial = dyn_cast_or_null<Expr>(S->getInitSuspendStmt());
  if (!Initial)
    return false;
  const auto *Await = dyn_cast<CoawaitExpr>(
      Initial->IgnoreImplicit()->IgnoreParens());
  if (!Await || Await->isTypeDependent())
    return false;
  const CXXRecordDecl *RD =
      Await->getOperand()->getType().getNonReferenceType()->getAsCXXRecordDecl();
  return RD && RD->getIdentifier() && RD->getName() == "suspend_never";
}

void BodyExtractor::finish(FunctionSummary &Summary) {
  TUSummary &S = Builder.Summary;
  if (const auto *Coroutine = dyn_cast_or_null<CoroutineBodyStmt>(
          Function ? Function->getBody() : nullptr)) {
    Summary.Flags |= FF_Coroutine;
    if (startsEagerly(Coroutine))
      Summary.Flags |= FF_Eager;
    QualType T = Function->getReturnType();
    Summary.CoroutineType = Namer.typeName(T);
    if (HasCoYield && !HasCoAwait && !isAwaitable(T->getAsCXXRecordDecl()))
      Summary.Flags |= FF_Generator;
  }

  if (HasErrors)
    Summary.Flags |= FF_HasErrors;
  Summary.Cost = static_cast<uint32_t>(std::min(Cost, 4e9));

  // The graph's conditions may mention new values; build it first.
  FlowGraph Graph;
  if (Function && !HasErrors && Scope.options().FlowGraphs &&
      Scope.isProject(Function->getLocation()))
    Graph = buildFlowGraph(*this);

  Summary.FirstCall = S.Calls.size();
  Summary.NumCalls = Calls.size();
  for (PendingCall &Call : Calls) {
    while (!Call.Args.empty() && Call.Args.back().empty())
      Call.Args.pop_back();
    Call.Edge.FirstArg = S.Args.size();
    Call.Edge.NumArgs = static_cast<uint16_t>(Call.Args.size());
    for (const ValueList &Arg : Call.Args)
      S.Args.push_back(Builder.argument(Arg));
    S.Calls.push_back(Call.Edge);
  }

  Summary.FirstFlow = S.Flows.size();
  for (const PendingFlow &F : Flows)
    Builder.flow(F.Target, F.Index, F.Values, F.Loc);
  Summary.NumFlows = S.Flows.size() - Summary.FirstFlow;

  Summary.FirstLocal = S.Locals.size();
  S.Locals.insert(S.Locals.end(), Values.locals().begin(),
                  Values.locals().end());
  Summary.NumLocals = Values.locals().size();

  Summary.FirstLoop = S.Loops.size();
  S.Loops.insert(S.Loops.end(), Loops.begin(), Loops.end());
  Summary.NumLoops = Loops.size();

  Summary.FirstBlock = S.Blocks.size();
  Graph.appendTo(Builder);
  Summary.NumBlocks = S.Blocks.size() - Summary.FirstBlock;

  // What a preprocessor has written nobody edits.
  if ((Summary.Flags & FF_Coroutine) && !HasErrors &&
      !Scope.options().LineMarkers && Scope.isProject(Function->getLocation()))
    addSpelledCalls(
        Context, Function, Namer, Builder,
        [&](const Stmt *E) { return Values.callIndex(E); }, Summary);
}

} // namespace nostall

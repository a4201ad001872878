//===- BodyExtractor.cpp - one body to its summary --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/extract/BodyExtractor.h"

#include "engine/extract/FlowGraphBuilder.h"
#include "engine/extract/LoopFacts.h"

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

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

uint32_t BodyExtractor::addCall(PendingCall Call, const Expr *E) {
  Call.Edge.Flags |= ExtraFlags;
  Call.Edge.Loop = LoopStack.empty() ? 0 : LoopStack.back();
  uint32_t Index = Calls.size();
  Calls.push_back(std::move(Call));
  if (E)
    Values.recordCall(E, Index);
  return Index;
}

/// The expression of the object that a member call works on.
static const Expr *objectOf(const CallExpr *E) {
  if (const auto *MC = dyn_cast<CXXMemberCallExpr>(E))
    return MC->getImplicitObjectArgument();
  if (const auto *OC = dyn_cast<CXXOperatorCallExpr>(E))
    if (const auto *MD = dyn_cast_or_null<CXXMethodDecl>(OC->getDirectCallee());
        MD && MD->isInstance())
      return OC->getArg(0);
  return nullptr;
}

static bool isCompilerBuiltin(const FunctionDecl *FD) {
  return FD->getBuiltinID() != 0 && FD->getIdentifier() &&
         (FD->getName().starts_with("__builtin_") ||
          FD->getName().starts_with("__sync_") ||
          FD->getName().starts_with("__atomic_"));
}

/// Whether the call is dispatched at run time.
static bool isDispatched(const CXXMethodDecl *MD, const CallExpr *E,
                         const Expr *Object) {
  if (!MD->isVirtual())
    return false;
  if (const auto *ME = dyn_cast<MemberExpr>(E->getCallee()->IgnoreParenImpCasts()))
    if (ME->hasQualifier())
      return false;
  return !Object || !MD->getDevirtualizedMethod(Object, /*IsAppleKext=*/false);
}

/// The variable of this function that is named, through copies and casts.
static const VarDecl *namedLocal(const Expr *E) {
  E = E->IgnoreParenImpCasts();
  if (const auto *CE = dyn_cast<CXXConstructExpr>(E);
      CE && CE->getNumArgs() == 1)
    E = CE->getArg(0)->IgnoreParenImpCasts();
  const auto *DRE = dyn_cast<DeclRefExpr>(E);
  const auto *VD = DRE ? dyn_cast<VarDecl>(DRE->getDecl()) : nullptr;
  return VD && VD->hasLocalStorage() ? VD : nullptr;
}

/// Walks what initialises the callee's parameters. A temporary for a parameter
/// by value is the parameter, which the callee destroys; one for an rvalue
/// reference is taken to be moved from.
void BodyExtractor::walkArguments(const FunctionDecl *Callee,
                                  llvm::ArrayRef<const Expr *> Args) {
  for (unsigned I = 0; I < Args.size(); ++I) {
    Position Pos = Position::Value;
    if (Callee && I < Callee->getNumParams()) {
      QualType T = Callee->getParamDecl(I)->getType();
      if (!T->isReferenceType())
        Pos = Position::Initializer;
      else if (T->isRValueReferenceType())
        Pos = Position::MovedFrom;
    }
    walk(Args[I], Pos);
  }
}

void BodyExtractor::walkCall(const CallExpr *E, bool Discarded) {
  const FunctionDecl *Callee = E->getDirectCallee();
  if (Callee && isCompilerBuiltin(Callee)) {
    walkChildren(E);
    return;
  }
  if (isa<CXXPseudoDestructorExpr>(E->getCallee()->IgnoreParens())) {
    walkChildren(E);
    return;
  }

  if (const auto *MC = dyn_cast<CXXMemberCallExpr>(E);
      MC && isLambdaConversion(MC->getMethodDecl())) {
    walk(MC->getImplicitObjectArgument());
    return;
  }

  const Expr *Object = objectOf(E);
  // Operands first: their calls come before this one.
  if (!Callee || isa<CXXMemberCallExpr>(E))
    walk(E->getCallee());
  if (isa<CXXOperatorCallExpr>(E) && isa_and_nonnull<CXXMethodDecl>(Callee) &&
      Object) {
    // The object comes first among the operands of an operator.
    walk(E->getArg(0));
    walkArguments(Callee, llvm::ArrayRef(E->getArgs() + 1,
                                         E->getNumArgs() - 1));
  } else {
    walkArguments(Callee, llvm::ArrayRef(E->getArgs(), E->getNumArgs()));
  }
  if (E->isCallToStdMove())
    if (const VarDecl *VD = namedLocal(E->getArg(0)))
      MovedFrom.insert(VD);
  // A smart pointer that lets go of its object.
  if (const auto *MC = dyn_cast<CXXMemberCallExpr>(E);
      MC && Callee && MC->getNumArgs() == 0 &&
      Callee->getDeclName().isIdentifier() && Callee->getName() == "release")
    if (const VarDecl *VD = namedLocal(MC->getImplicitObjectArgument()))
      MovedFrom.insert(VD);

  PendingCall Call;
  Call.Edge.Loc = location(E->getExprLoc());
  if (Discarded)
    Call.Edge.Flags |= CF_Discarded;
  unsigned FirstArg = 0;

  if (Callee) {
    const auto *MD = dyn_cast<CXXMethodDecl>(Callee);
    // Calling a project's own type-erasing wrapper runs what it holds.
    if (MD && MD->getOverloadedOperator() == OO_Call && Object &&
        Values.callableClass(MD->getParent()) == CallableClass::Wrapper) {
      Call.Edge.Kind = CallKind::Indirect;
    } else {
      if (MD && Object && isDispatched(MD, E, Object))
        Call.Edge.Kind = CallKind::Virtual;
      else if (MD && Object && MD->isVirtual())
        if (const CXXMethodDecl *Exact = MD->getDevirtualizedMethod(
                Object, /*IsAppleKext=*/false);
            Exact && isa<MemberExpr>(E->getCallee()->IgnoreParenImpCasts()) &&
            !cast<MemberExpr>(E->getCallee()->IgnoreParenImpCasts())
                 ->hasQualifier())
          Callee = Exact;
      Call.Edge.Callee = Namer.entity(Callee);
      Queue.reached(Callee);
    }
    if (isa<CXXOperatorCallExpr>(E) && Object)
      FirstArg = 1;
    Call.Args.push_back(Object ? Values.valuesOf(Object) : ValueList());
  } else {
    if (E->getCallee()->isTypeDependent()) {
      // In a template that nothing instantiates: resolvable or not, the name
      // may be anything.
      return;
    }
    Call.Edge.Kind = CallKind::Indirect;
    const Expr *Target = E->getCallee()->IgnoreParenImpCasts();
    if (const auto *PM = dyn_cast<BinaryOperator>(Target); PM && PM->isPtrMemOp())
      Target = PM->getRHS();
    Call.Args.push_back(Values.valuesOf(Target));
  }
  for (unsigned I = FirstArg, N = E->getNumArgs(); I < N; ++I) {
    Call.Args.push_back(Values.valuesOf(E->getArg(I)));
    ++Call.Edge.Arity;
  }
  uint32_t Index = addCall(std::move(Call), E);
  if (Callee)
    addLatentCalls(Callee, Index);
}

void BodyExtractor::walkConstruct(const CXXConstructExpr *E) {
  walkArguments(E->getConstructor(),
                llvm::ArrayRef(E->getArgs(), E->getNumArgs()));
  const CXXConstructorDecl *Constructor = E->getConstructor();
  // Nothing runs; but std::function's, say, is not trivial.
  if (Constructor->isTrivial())
    return;
  if (const CXXRecordDecl *RD = Constructor->getParent(); RD->isLambda())
    return; // Copies of closures: their captures are followed by slot.
  PendingCall Call;
  Call.Edge.Callee = Namer.entity(Constructor);
  Call.Edge.Loc = location(E->getLocation());
  if (E->getConstructionKind() != CXXConstructionKind::Complete)
    Call.Edge.Flags |= CF_BaseOrMember;
  Call.Args.emplace_back(); // The object under construction.
  for (const Expr *Arg : E->arguments()) {
    Call.Args.push_back(Values.valuesOf(Arg));
    ++Call.Edge.Arity;
  }
  Queue.reached(Constructor);
  addCall(std::move(Call), E);
}

void BodyExtractor::walkNew(const CXXNewExpr *E) {
  if (std::optional<const Expr *> Size = E->getArraySize(); Size && *Size)
    walk(*Size);
  for (const Expr *Placement : E->placement_arguments())
    walk(Placement);
  if (const Expr *Init = E->getInitializer())
    walk(Init, Position::Initializer);
  const FunctionDecl *New = E->getOperatorNew();
  if (!New || New->isReservedGlobalPlacementOperator() ||
      New->isReplaceableGlobalAllocationFunction())
    return;
  PendingCall Call;
  Call.Edge.Callee = Namer.entity(New);
  Call.Edge.Loc = location(E->getBeginLoc());
  Call.Edge.Flags |= CF_Implicit;
  Queue.reached(New);
  addCall(std::move(Call), nullptr);
}

void BodyExtractor::walkDelete(const CXXDeleteExpr *E) {
  walk(E->getArgument());
  QualType T = E->getDestroyedType();
  const CXXRecordDecl *RD = T.isNull() ? nullptr : T->getAsCXXRecordDecl();
  if (!RD || !RD->hasDefinition() || RD->hasTrivialDestructor())
    return;
  const CXXDestructorDecl *Destructor = RD->getDestructor();
  if (!Destructor)
    return;
  PendingCall Call;
  Call.Edge.Callee = Namer.entity(Destructor);
  Call.Edge.Loc = location(E->getBeginLoc());
  Call.Edge.Flags |= CF_Implicit;
  if (Destructor->isVirtual() && !RD->isEffectivelyFinal())
    Call.Edge.Kind = CallKind::Virtual;
  Call.Args.push_back(Values.valuesOf(E->getArgument()));
  Queue.reached(Destructor);
  DestructorIndices[E] = addCall(std::move(Call), nullptr);
}

void BodyExtractor::addDestructor(QualType T, ValueList Object,
                                  SourceLocation Loc, const void *Key,
                                  uint16_t Flags) {
  T = Context.getBaseElementType(T);
  const CXXRecordDecl *RD = T->getAsCXXRecordDecl();
  if (!RD || !RD->hasDefinition() || RD->hasTrivialDestructor() ||
      RD->isLambda())
    return;
  const CXXDestructorDecl *Destructor = RD->getDestructor();
  if (!Destructor)
    return;
  PendingCall Call;
  Call.Edge.Callee = Namer.entity(Destructor);
  Call.Edge.Loc = location(Loc);
  Call.Edge.Flags |= CF_Implicit | Flags;
  Call.Args.push_back(std::move(Object));
  Queue.reached(Destructor);
  uint32_t Index = addCall(std::move(Call), nullptr);
  if (Key)
    DestructorIndices[Key] = Index;
  addLatentCalls(Destructor, Index);
}

/// What the callee may do to objects of its template arguments' classes, for
/// callees whose bodies are not looked at: `std::make_shared<T>(...)` constructs
/// a T. Only the knowledge can tell whether it does.
void BodyExtractor::addLatentCalls(const FunctionDecl *Callee, uint32_t Main) {
  if (Scope.wantsBody(Callee))
    return;
  auto ForEachClass = [](llvm::ArrayRef<TemplateArgument> Args, auto Visit) {
    for (unsigned I = 0; I < Args.size() && I < 4; ++I) {
      if (Args[I].getKind() != TemplateArgument::Type)
        continue;
      const CXXRecordDecl *RD = Args[I].getAsType()->getAsCXXRecordDecl();
      if (RD && RD->hasDefinition() && !RD->isLambda())
        Visit(I, RD->getDefinition());
    }
  };
  if (const TemplateArgumentList *Own = Callee->getTemplateSpecializationArgs();
      Own && !isa<CXXMethodDecl>(Callee)) {
    unsigned Arity = Calls[Main].Edge.Arity;
    ForEachClass(Own->asArray(), [&](unsigned I, const CXXRecordDecl *RD) {
      for (const CXXConstructorDecl *CD : RD->ctors())
        if (!CD->isDeleted() && !CD->isTrivial() &&
            !CD->isCopyOrMoveConstructor() &&
            CD->getMinRequiredArguments() <= Arity &&
            (CD->isVariadic() || CD->getNumParams() >= Arity))
          addLatentCall(CD, Main, I, CF_IfConstructs);
    });
    return;
  }
  const auto *MD = dyn_cast<CXXMethodDecl>(Callee);
  if (!MD || !MD->isInstance() || MD->isConst() || isa<CXXConstructorDecl>(MD) ||
      (MD->isOverloadedOperator() && MD->getOverloadedOperator() != OO_Equal))
    return;
  if (const auto *Spec =
          dyn_cast<ClassTemplateSpecializationDecl>(MD->getParent()))
    ForEachClass(Spec->getTemplateArgs().asArray(),
                 [&](unsigned I, const CXXRecordDecl *RD) {
                   if (!RD->hasTrivialDestructor() && RD->getDestructor())
                     addLatentCall(RD->getDestructor(), Main, I, CF_IfDestroys);
                 });
}

void BodyExtractor::addLatentCall(const FunctionDecl *Callee, uint32_t Main,
                                  unsigned TemplateArg, uint16_t Flag) {
  uint32_t Back = Calls.size() - Main;
  if (Back > 255)
    return;
  PendingCall Call;
  Call.Edge.Callee = Namer.entity(Callee);
  Call.Edge.Loc = Calls[Main].Edge.Loc;
  Call.Edge.Flags = CF_Implicit | Flag;
  Call.Edge.Main = static_cast<uint8_t>(Back);
  Call.Edge.TemplateArg = static_cast<uint8_t>(TemplateArg);
  if (Flag == CF_IfConstructs) {
    Call.Edge.Arity = Calls[Main].Edge.Arity;
    Call.Args = Calls[Main].Args;
  }
  if (const auto *DD = dyn_cast<CXXDestructorDecl>(Callee); DD && DD->isVirtual())
    Call.Edge.Kind = CallKind::Virtual;
  Queue.reached(Callee);
  addCall(std::move(Call), nullptr);
}

void BodyExtractor::addMemberDestructors(const CXXRecordDecl *RD) {
  if (!RD->hasDefinition())
    return;
  RD = RD->getDefinition();
  SourceLocation Loc = Function->getLocation();
  llvm::SmallVector<const FieldDecl *, 16> Fields(RD->fields());
  for (const FieldDecl *Field : llvm::reverse(Fields))
    if (Field->getType().isDestructedType())
      addDestructor(Field->getType(), {Value{ValueKind::Slot, Namer.typeName(Field->getType()), Namer.fieldSlot(Field)}},
                    Loc, Field, CF_BaseOrMember);
  for (const CXXBaseSpecifier &Base : llvm::reverse(RD->bases()))
    if (!Base.isVirtual())
      addDestructor(Base.getType(), {Value{ValueKind::Param, Namer.typeName(Base.getType()), 0}}, Loc, &Base,
                    CF_BaseOrMember);
  for (const CXXBaseSpecifier &Base : llvm::reverse(RD->vbases()))
    addDestructor(Base.getType(), {Value{ValueKind::Param, Namer.typeName(Base.getType()), 0}}, Loc, &Base,
                  CF_BaseOrMember);
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
  if (!tracked(E->getLHS()->getType()))
    return;
  for (const Value &Target : Values.valuesOf(E->getLHS())) {
    ValueList List = Values.valuesOf(E->getRHS());
    if (Target.Kind == ValueKind::Local)
      addFlow(FlowTarget::Local, Target.Data, List, E->getExprLoc());
    else if (Target.Kind == ValueKind::Slot)
      addFlow(FlowTarget::Slot, Target.Data, List, E->getExprLoc());
  }
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
// Statements
//===----------------------------------------------------------------------===//

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
  walk(S->getThen(), Position::Statement);
  if (S->getElse())
    walk(S->getElse(), Position::Statement);
  leaveScope();
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
  LoopFacts Facts = classifyLoop(S, Parent, Context);
  Loop L;
  L.Loc = location(S->getBeginLoc());
  L.Trips = Facts.Trips;
  L.Flags = Facts.Flags;
  L.Bound = Builder.string(Facts.Bound);
  L.Parent = LoopStack.empty() ? 0 : LoopStack.back();
  Loops.push_back(L);
  LoopStmts.push_back(S);
  LoopStack.push_back(static_cast<uint16_t>(Loops.size()));

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
  leaveScope();
  return true;
}

void BodyExtractor::walk(const Stmt *S, Position Pos) {
  if (!S)
    return;
  if (walkLoop(S))
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
    enterScope();
    walkChildren(S);
    leaveScope();
    return;
  case Stmt::CXXCatchStmtClass: {
    llvm::SaveAndRestore<uint16_t> Flags(ExtraFlags, ExtraFlags | CF_InHandler);
    walk(cast<CXXCatchStmt>(S)->getHandlerBlock(), Position::Statement);
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
  if (const auto *BO = dyn_cast<BinaryOperator>(S); BO && BO->getOpcode() == BO_Assign) {
    walkAssignment(BO);
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
}

} // namespace nostall

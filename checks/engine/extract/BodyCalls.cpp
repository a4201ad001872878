//===- BodyCalls.cpp - calls, written and implicit --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of BodyExtractor that records calls: of functions, constructors,
// operator new and delete, of destructors where scopes end, and those that a
// skipped body of a library makes of the program (docs/adr/0005).
//
//===----------------------------------------------------------------------===//

#include "engine/extract/BodyExtractor.h"

#include "engine/extract/OperationCost.h"

#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/SaveAndRestore.h"

using namespace clang;

namespace nostall {

uint32_t BodyExtractor::addCall(PendingCall Call, const Expr *E) {
  Call.Edge.Flags |= ExtraFlags;
  Call.Edge.Loop = LoopStack.empty() ? 0 : LoopStack.back();
  Call.Edge.Chance = asChance(Frequency);
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

/// Walks what initialises the callee's parameters. A temporary for a parameter
/// by value is the parameter, which the callee destroys; one for an rvalue
/// reference is taken to be moved from.
static bool isAddress(const Expr *E) {
  E = E->IgnoreParenImpCasts();
  const auto *UO = dyn_cast<UnaryOperator>(E);
  return (UO && UO->getOpcode() == UO_AddrOf) || isa<CXXThisExpr>(E) ||
         E->getType()->isArrayType();
}

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
    if (isAddress(E->getArg(I)) && Call.Args.size() < 16)
      Call.Edge.Addresses |= 1u << Call.Args.size();
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

} // namespace nostall

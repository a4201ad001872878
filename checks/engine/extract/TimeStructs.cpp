//===- TimeStructs.cpp - C's structures for times ---------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/extract/TimeStructs.h"

#include "clang/AST/ExprCXX.h"
#include "clang/Basic/Builtins.h"
#include "llvm/ADT/STLExtras.h"

#include <algorithm>

using namespace clang;

namespace nostall {
namespace {

/// Of what is left besides the seconds.
struct Unit {
  int64_t Nanoseconds;
};

std::optional<Unit> restUnit(QualType T) {
  const RecordDecl *RD = T->getAsRecordDecl();
  if (!RD || !RD->getIdentifier() || !RD->getDeclContext()->isTranslationUnit())
    return std::nullopt;
  if (RD->getName() == "timeval")
    return Unit{1'000};
  if (RD->getName() == "timespec")
    return Unit{1};
  return std::nullopt;
}

class TimeReader {
public:
  TimeReader(const VarDecl *Time, const ASTContext &Context)
      : Time(Time), Context(Context) {}

  std::optional<int64_t> read(const Stmt *Body, Unit Rest) {
    if (const Expr *Init = Time->getInit())
      IsKnown &= initialise(Init);
    look(Body);
    if (!IsKnown || !Seconds || !Fraction)
      return std::nullopt;
    constexpr int64_t MostSeconds = 1'000'000'000;
    return std::clamp<int64_t>(*Seconds, 0, MostSeconds) * 1'000'000'000 +
           std::clamp<int64_t>(*Fraction, 0, MostSeconds) * Rest.Nanoseconds;
  }

private:
  bool isTime(const Expr *E) const {
    const auto *DRE = dyn_cast<DeclRefExpr>(E->IgnoreParenImpCasts());
    return DRE && DRE->getDecl() == Time;
  }

  bool put(unsigned Field, const Expr *From) {
    while (const auto *BO =
               dyn_cast<BinaryOperator>(From->IgnoreParenImpCasts())) {
      if (BO->getOpcode() != BO_Assign)
        break;
      From = BO->getRHS(); // `tv.tv_sec = tv.tv_usec = 0`
    }
    Expr::EvalResult Result;
    if (From->isValueDependent() || !From->EvaluateAsInt(Result, Context) ||
        Result.Val.getInt().getSignificantBits() > 64)
      return false;
    int64_t Number = Result.Val.getInt().getExtValue();
    std::optional<int64_t> &Known = Field == 0 ? Seconds : Fraction;
    Known = std::max(Known.value_or(Number), Number);
    return true;
  }

  bool initialise(const Expr *Init) {
    // `timeval Time;` in C++.
    if (const auto *Made = dyn_cast<CXXConstructExpr>(Init->IgnoreImplicit());
        Made && Made->getNumArgs() == 0 && Made->getConstructor()->isTrivial()) {
      if (Made->requiresZeroInitialization())
        Seconds = Fraction = 0;
      return true;
    }
    const auto *List = dyn_cast<InitListExpr>(Init->IgnoreImplicit());
    if (!List)
      return false;
    if (List->getSemanticForm())
      List = List->getSemanticForm();
    for (unsigned I = 0; I < List->getNumInits() && I < 2; ++I)
      if (isa<ImplicitValueInitExpr>(List->getInit(I)))
        (I == 0 ? Seconds : Fraction) = 0;
      else if (!put(I, List->getInit(I)))
        return false;
    return true;
  }

  /// What a call that is given the address makes of the time: one that only
  /// reads it nothing, and select() on Linux no more than it was.
  bool isKept(const CallExpr *Call, unsigned Arg) {
    const FunctionDecl *FD = Call->getDirectCallee();
    if (!FD || !FD->getIdentifier() || Arg >= FD->getNumParams())
      return false;
    unsigned Memory = FD->getMemoryFunctionKind();
    if (Memory == Builtin::BImemset || Memory == Builtin::BIbzero) {
      Expr::EvalResult Byte;
      if (Arg != 0 || (Memory == Builtin::BImemset &&
                       (!Call->getArg(1)->EvaluateAsInt(Byte, Context) ||
                        Byte.Val.getInt() != 0)))
        return false;
      Seconds = std::max<int64_t>(Seconds.value_or(0), 0);
      Fraction = std::max<int64_t>(Fraction.value_or(0), 0);
      return true;
    }
    QualType T = FD->getParamDecl(Arg)->getType();
    return FD->getName() == "select" ||
           (T->isPointerType() && T->getPointeeType().isConstQualified());
  }

  void look(const Stmt *S) {
    if (!S || !IsKnown || isa<UnaryExprOrTypeTraitExpr>(S))
      return;
    if (const auto *BO = dyn_cast<BinaryOperator>(S);
        BO && BO->getOpcode() == BO_Assign)
      if (const auto *ME =
              dyn_cast<MemberExpr>(BO->getLHS()->IgnoreParenImpCasts());
          ME && isTime(ME->getBase())) {
        const auto *Field = dyn_cast<FieldDecl>(ME->getMemberDecl());
        IsKnown &= Field && put(Field->getFieldIndex(), BO->getRHS());
        return look(BO->getRHS());
      }
    if (const auto *Call = dyn_cast<CallExpr>(S)) {
      look(Call->getCallee());
      for (unsigned I = 0; I < Call->getNumArgs(); ++I)
        if (addressedTime(Call->getArg(I)) == Time)
          IsKnown &= isKept(Call, I);
        else
          look(Call->getArg(I));
      return;
    }
    // Reading a field.
    if (const auto *Cast = dyn_cast<ImplicitCastExpr>(S);
        Cast && Cast->getCastKind() == CK_LValueToRValue)
      if (const auto *ME =
              dyn_cast<MemberExpr>(Cast->getSubExpr()->IgnoreParens());
          ME && isTime(ME->getBase()))
        return;
    if (const auto *DRE = dyn_cast<DeclRefExpr>(S))
      IsKnown &= DRE->getDecl() != Time;
    for (const Stmt *Child : S->children())
      look(Child);
  }

  const VarDecl *Time;
  const ASTContext &Context;
  bool IsKnown = true;
  std::optional<int64_t> Seconds, Fraction;
};

} // namespace

const VarDecl *addressedTime(const Expr *E) {
  const auto *UO = dyn_cast<UnaryOperator>(E->IgnoreParenCasts());
  if (!UO || UO->getOpcode() != UO_AddrOf)
    return nullptr;
  const auto *DRE = dyn_cast<DeclRefExpr>(UO->getSubExpr()->IgnoreParens());
  const auto *VD = DRE ? dyn_cast<VarDecl>(DRE->getDecl()) : nullptr;
  return VD && VD->hasLocalStorage() && !isa<ParmVarDecl>(VD) &&
                 restUnit(VD->getType())
             ? VD
             : nullptr;
}

std::optional<int64_t> constantTime(const VarDecl *Time,
                                    const FunctionDecl *Function,
                                    const ASTContext &Context) {
  if (!Function || !Function->getBody())
    return std::nullopt;
  return TimeReader(Time, Context)
      .read(Function->getBody(), *restUnit(Time->getType()));
}

} // namespace nostall

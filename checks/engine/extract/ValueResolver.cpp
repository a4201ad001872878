//===- ValueResolver.cpp - where an expression's value comes from -*- C++ -*-=//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/extract/ValueResolver.h"

#include "engine/extract/CallableWrapper.h"
#include "engine/extract/TimeStructs.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "llvm/Support/SaveAndRestore.h"
#include "llvm/Support/ConvertUTF.h"

#include <optional>

using namespace clang;

namespace nostall {

bool isLambdaConversion(const CXXMethodDecl *MD) {
  return MD && isa<CXXConversionDecl>(MD) && MD->getParent()->isLambda();
}

const Expr *stripTransparent(const Expr *E) {
  while (E) {
    const Expr *Before = E;
    if (const auto *FE = dyn_cast<FullExpr>(E))
      E = FE->getSubExpr();
    else if (const auto *PE = dyn_cast<ParenExpr>(E))
      E = PE->getSubExpr();
    else if (const auto *CE = dyn_cast<CastExpr>(E))
      E = CE->getSubExpr();
    else if (const auto *ME = dyn_cast<MaterializeTemporaryExpr>(E))
      E = ME->getSubExpr();
    else if (const auto *BE = dyn_cast<CXXBindTemporaryExpr>(E))
      E = BE->getSubExpr();
    else if (const auto *DA = dyn_cast<CXXDefaultArgExpr>(E))
      E = DA->getExpr();
    else if (const auto *DI = dyn_cast<CXXDefaultInitExpr>(E))
      E = DI->getExpr();
    else if (const auto *IL = dyn_cast<CXXStdInitializerListExpr>(E))
      E = IL->getSubExpr();
    else if (const auto *GS = dyn_cast<GenericSelectionExpr>(E);
             GS && !GS->isResultDependent())
      E = GS->getResultExpr();
    else if (const auto *NT = dyn_cast<SubstNonTypeTemplateParmExpr>(E))
      E = NT->getReplacement();
    else if (const auto *RW = dyn_cast<CXXRewrittenBinaryOperator>(E))
      E = RW->getSemanticForm();
    else if (const auto *UO = dyn_cast<UnaryOperator>(E)) {
      switch (UO->getOpcode()) {
      case UO_AddrOf:
      case UO_Deref:
      case UO_Extension:
      case UO_Plus:
        E = UO->getSubExpr();
        break;
      default:
        break;
      }
    } else if (const auto *MC = dyn_cast<CXXMemberCallExpr>(E)) {
      // A lambda that becomes a function pointer.
      if (isLambdaConversion(MC->getMethodDecl()))
        E = MC->getImplicitObjectArgument();
    } else if (const auto *CC = dyn_cast<CXXConstructExpr>(E)) {
      if (CC->getNumArgs() >= 1 && CC->getConstructor()->isCopyOrMoveConstructor())
        E = CC->getArg(0);
    }
    if (E == Before)
      return E;
  }
  return E;
}

//===----------------------------------------------------------------------===//
// Callables
//===----------------------------------------------------------------------===//

const CXXMethodDecl *
ValueResolver::callOperator(const CXXRecordDecl *RD) const {
  if (!RD || !RD->hasDefinition())
    return nullptr;
  RD = RD->getDefinition();
  if (RD->isLambda()) {
    CXXMethodDecl *Op = RD->getLambdaCallOperator();
    if (!Op || !RD->isGenericLambda())
      return Op;
    // A generic lambda that is instantiated once is as good as a plain one.
    // With several instantiations the first stands for all; with none the
    // pattern does (see TUSummaryExtractor).
    if (FunctionTemplateDecl *Template = RD->getDependentLambdaCallOperator())
      for (FunctionDecl *Spec : Template->specializations())
        return cast<CXXMethodDecl>(Spec);
    return Op;
  }
  const CXXMethodDecl *Found = nullptr;
  for (const Decl *D : RD->decls()) {
    if (const auto *FT = dyn_cast<FunctionTemplateDecl>(D)) {
      if (FT->getTemplatedDecl()->getOverloadedOperator() != OO_Call)
        continue;
      for (const FunctionDecl *Spec : FT->specializations()) {
        if (Found)
          return nullptr;
        Found = cast<CXXMethodDecl>(Spec);
      }
    } else if (const auto *MD = dyn_cast<CXXMethodDecl>(D)) {
      if (MD->getOverloadedOperator() != OO_Call)
        continue;
      if (Found)
        return nullptr;
      Found = MD;
    }
  }
  return Found;
}

CallableClass ValueResolver::callableClass(const CXXRecordDecl *RD) const {
  if (!RD)
    return CallableClass::No;
  if (RD->isLambda())
    return CallableClass::Functor;
  if (!RD->hasDefinition())
    return CallableClass::No;
  RD = RD->getDefinition();
  if (!Scope.isProject(RD->getLocation()) || !callOperator(RD))
    return CallableClass::No;
  if (isCallableWrapper(RD))
    return CallableClass::Wrapper;
  return CallableClass::Functor;
}

//===----------------------------------------------------------------------===//
// Constants
//===----------------------------------------------------------------------===//

/// std::chrono::duration: the number of nanoseconds in one tick.
static std::optional<double> nanosecondsPerTick(QualType T) {
  const auto *Spec = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      T->getAsCXXRecordDecl());
  if (!Spec || !Spec->getIdentifier() || Spec->getName() != "duration" ||
      Spec->getTemplateArgs().size() != 2)
    return std::nullopt;
  const TemplateArgument &Period = Spec->getTemplateArgs()[1];
  if (Period.getKind() != TemplateArgument::Type)
    return std::nullopt;
  const auto *Ratio = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      Period.getAsType()->getAsCXXRecordDecl());
  if (!Ratio || Ratio->getTemplateArgs().size() != 2 ||
      Ratio->getTemplateArgs()[0].getKind() != TemplateArgument::Integral ||
      Ratio->getTemplateArgs()[1].getKind() != TemplateArgument::Integral)
    return std::nullopt;
  double Numerator =
      Ratio->getTemplateArgs()[0].getAsIntegral().getSExtValue();
  double Denominator =
      Ratio->getTemplateArgs()[1].getAsIntegral().getSExtValue();
  return Denominator == 0 ? std::nullopt
                          : std::optional(1e9 * Numerator / Denominator);
}

bool ValueResolver::appendConstant(ValueList &List, const Expr *E) {
  if (E->isValueDependent() || E->isTypeDependent())
    return false;
  QualType T = E->getType();
  if (T->isIntegralOrEnumerationType() && !T->isReferenceType()) {
    Expr::EvalResult Result;
    if (!E->EvaluateAsInt(Result, Context) ||
        Result.Val.getInt().getSignificantBits() > 64)
      return false;
    List.push_back(
        {ValueKind::Int, 0,
         // The bits of what is too large for a signed number.
         Result.Val.getInt().extOrTrunc(64).getSExtValue()});
    return true;
  }
  if (T->isRecordType()) {
    std::optional<double> Tick = nanosecondsPerTick(T);
    Expr::EvalResult Result;
    if (!Tick || !E->EvaluateAsRValue(Result, Context) ||
        !Result.Val.isStruct() || Result.Val.getStructNumFields() != 1)
      return false;
    const APValue &Count = Result.Val.getStructField(0);
    double Ticks;
    if (Count.isInt())
      Ticks = Count.getInt().roundToDouble();
    else if (Count.isFloat())
      Ticks = Count.getFloat().convertToDouble();
    else
      return false;
    double Nanoseconds = Ticks * *Tick;
    constexpr double Limit = 9e18;
    if (Nanoseconds > Limit)
      Nanoseconds = Limit;
    if (Nanoseconds < -Limit)
      Nanoseconds = -Limit;
    List.push_back({ValueKind::Duration, Namer.typeName(T),
                    static_cast<int64_t>(Nanoseconds)});
    return true;
  }
  return false;
}

//===----------------------------------------------------------------------===//
// Variables
//===----------------------------------------------------------------------===//

uint32_t ValueResolver::localIndex(const VarDecl *VD) {
  auto [It, New] = LocalIndices.try_emplace(
      VD, static_cast<uint32_t>(Locals.size()));
  if (New)
    Locals.push_back({Builder.string(VD->getName()),
                      Namer.typeName(VD->getType()),
                      Namer.location(VD->getLocation())});
  return It->second;
}

Value ValueResolver::valueOf(const ValueDecl *VD) {
  StringId Type = Namer.typeName(VD->getType());
  if (const auto *Param = dyn_cast<ParmVarDecl>(VD);
      Param && Param->getDeclContext() == Function)
    return {ValueKind::Param, Type, Param->getFunctionScopeIndex() + 1};
  const auto *Var = dyn_cast<VarDecl>(VD);
  if (!Var)
    return {ValueKind::Unknown, Type, 0};
  if (Var->hasGlobalStorage())
    return {ValueKind::Slot, Type, Namer.globalSlot(Var)};
  const auto *MD = dyn_cast_or_null<CXXMethodDecl>(Function);
  bool InLambda = MD && MD->getParent()->isLambda();
  if (InLambda &&
      (Var->isInitCapture() || Var->getDeclContext() != Function))
    return {ValueKind::Slot, Type, Namer.captureSlot(MD->getParent(), Var)};
  return {ValueKind::Local, Type, localIndex(Var)};
}

void ValueResolver::appendVariable(ValueList &List, const ValueDecl *VD) {
  // Object identity matters for class types; for the rest a constant says
  // more than the variable.
  if (const auto *Var = dyn_cast<VarDecl>(VD);
      Var && Var->getType().isConstQualified() && Var->hasInit() &&
      !Var->getInit()->isValueDependent() &&
      Var->getType()->isIntegralOrEnumerationType())
    if (appendConstant(List, Var->getInit()))
      return;
  // `static const char path[] = "/dev/urandom";`
  if (const auto *Var = dyn_cast<VarDecl>(VD);
      Var && Var->getType()->isArrayType() && Var->hasInit() &&
      Var->getASTContext()
          .getBaseElementType(Var->getType())
          .isConstQualified())
    if (const auto *Text = dyn_cast<clang::StringLiteral>(
            Var->getInit()->IgnoreUnlessSpelledInSource())) {
      append(List, Text);
      return;
    }
  List.push_back(valueOf(VD));
}

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

ValueList ValueResolver::valuesOf(const Expr *E) {
  ValueList List;
  if (E)
    append(List, E);
  // A join with something unknown is unknown.
  if (List.size() > 16)
    List.clear();
  return List;
}

void ValueResolver::append(ValueList &List, const Expr *Original) {
  // Deep nests of conditional operators and commas come from macros; give up
  // on them before the stack does.
  if (Depth > 32)
    return;
  // The initialiser of a promise is a list without a type.
  if (Original->getType().isNull())
    return;
  llvm::SaveAndRestore<unsigned> Nesting(Depth, Depth + 1);

  if (appendConstant(List, Original))
    return;
  // `0`, `NULL` and C's `((void *)0)` where a pointer is wanted.
  if (Original->getType()->isPointerType() &&
      Original->isNullPointerConstant(Context,
                                      Expr::NPC_ValueDependentIsNotNull)) {
    List.push_back({ValueKind::Int, 0, 0});
    return;
  }
  if (const VarDecl *Time = addressedTime(Original))
    if (std::optional<int64_t> Nanoseconds =
            constantTime(Time, Function, Context)) {
      List.push_back({ValueKind::Duration, 0, *Nanoseconds});
      return;
    }
  const Expr *E = stripTransparent(Original);
  if (!E || E->getType().isNull())
    return;

  // A callable's class says what runs, whatever way the object came here.
  if (const CXXRecordDecl *RD = E->getType().getNonReferenceType()->getAsCXXRecordDecl();
      RD && callableClass(RD) == CallableClass::Functor)
    if (const CXXMethodDecl *Op = callOperator(RD)) {
      if (RD->isLambda() || !Op->isVirtual()) {
        List.push_back({ValueKind::Function,
                        RD->isLambda() ? 0 : Namer.typeName(E->getType()),
                        Namer.entity(Op)});
        return;
      }
    }

  StringId Type = Namer.typeName(E->getType());
  if (uint32_t Index = callIndex(E); Index != NoIndex) {
    List.push_back({ValueKind::Result, Type, Index});
    return;
  }
  if (const auto *DRE = dyn_cast<DeclRefExpr>(E)) {
    const ValueDecl *D = DRE->getDecl();
    if (const auto *FD = dyn_cast<FunctionDecl>(D))
      List.push_back({ValueKind::Function, 0, Namer.entity(FD)});
    else if (const auto *BD = dyn_cast<BindingDecl>(D)) {
      if (const VarDecl *Holding = BD->getHoldingVar())
        append(List, Holding->getInit());
      else if (BD->getBinding())
        append(List, BD->getBinding());
    } else
      appendVariable(List, D);
    return;
  }
  if (const auto *ME = dyn_cast<MemberExpr>(E)) {
    const ValueDecl *D = ME->getMemberDecl();
    if (const auto *FD = dyn_cast<FieldDecl>(D)) {
      // std::pair, an iterator's node, ...: a part of the standard library's
      // object holds what the object holds.
      if (isStandard(FD)) {
        append(List, ME->getBase());
        for (Value &V : List)
          V.Type = Type;
        return;
      }
      List.push_back({ValueKind::Slot, Type, Namer.fieldSlot(FD)});
    } else if (const auto *VD = dyn_cast<VarDecl>(D))
      appendVariable(List, VD);
    else if (const auto *MD = dyn_cast<FunctionDecl>(D))
      List.push_back({ValueKind::Function, 0, Namer.entity(MD)});
    return;
  }
  if (isa<CXXThisExpr>(E)) {
    const auto *MD = dyn_cast_or_null<CXXMethodDecl>(Function);
    // In a lambda, `this` is the enclosing object, which is not a parameter.
    bool Own = MD && !MD->getParent()->isLambda();
    List.push_back({Own ? ValueKind::Param : ValueKind::Unknown, Type, 0});
    return;
  }
  if (const auto *SL = dyn_cast<clang::StringLiteral>(E)) {
    if (SL->getCharByteWidth() == 1) {
      List.push_back({ValueKind::String, 0, Builder.string(SL->getBytes())});
    } else if (SL->isUTF16()) {
      // What Qt's QStringLiteral makes of a literal.
      std::string Text;
      llvm::ArrayRef<llvm::UTF16> Units(
          reinterpret_cast<const llvm::UTF16 *>(SL->getBytes().data()),
          SL->getLength());
      if (llvm::convertUTF16ToUTF8String(Units, Text))
        List.push_back({ValueKind::String, 0, Builder.string(Text)});
    }
    return;
  }
  if (isa<CXXNullPtrLiteralExpr, GNUNullExpr>(E)) {
    List.push_back({ValueKind::Int, 0, 0});
    return;
  }
  if (const auto *CO = dyn_cast<AbstractConditionalOperator>(E)) {
    append(List, CO->getTrueExpr());
    size_t Middle = List.size();
    append(List, CO->getFalseExpr());
    if (Middle == 0 || List.size() == Middle)
      List.clear();
    return;
  }
  if (const auto *BO = dyn_cast<BinaryOperator>(E)) {
    if (BO->getOpcode() == BO_Comma || BO->getOpcode() == BO_Assign)
      append(List, BO->getRHS());
    else if (BO->getOpcode() == BO_Mul)
      appendProduct(List, BO);
    return;
  }
  if (const auto *AS = dyn_cast<ArraySubscriptExpr>(E)) {
    append(List, AS->getBase());
    for (Value &V : List)
      V.Type = Type;
    return;
  }
  if (const auto *OV = dyn_cast<OpaqueValueExpr>(E)) {
    if (OV->getSourceExpr())
      append(List, OV->getSourceExpr());
    return;
  }
  if (const auto *NE = dyn_cast<CXXNewExpr>(E)) {
    if (const CXXConstructExpr *CC = NE->getConstructExpr();
        CC && callIndex(CC) != NoIndex)
      List.push_back({ValueKind::Result, Type, callIndex(CC)});
    else
      List.push_back({ValueKind::Object, Type, 0});
    return;
  }
  if (const auto *IL = dyn_cast<InitListExpr>(E)) {
    const RecordDecl *RD = IL->getType()->getAsRecordDecl();
    if (RD && !RD->isInStdNamespace()) {
      List.push_back({ValueKind::Object, Namer.tagName(IL->getType()), 0});
      return;
    }
    for (const Expr *Init : IL->inits())
      append(List, Init);
    return;
  }
  if (isa<CXXConstructExpr, CXXScalarValueInitExpr, CXXParenListInitExpr>(E) &&
      Type)
    List.push_back({ValueKind::Object, Namer.tagName(E->getType()), 0});
}

/// A timeout in other units: zero when the parameter is.
void ValueResolver::appendProduct(ValueList &List, const BinaryOperator *E) {
  ValueList Left = valuesOf(E->getLHS()), Right = valuesOf(E->getRHS());
  if (Left.size() != 1 || Right.size() != 1)
    return;
  if (Left[0].Kind == ValueKind::Int)
    std::swap(Left, Right);
  if (Left[0].Kind == ValueKind::Param && Right[0].Kind == ValueKind::Int &&
      Right[0].Data != 0)
    List.push_back({ValueKind::ScaledParam, 0, Left[0].Data});
}

} // namespace nostall

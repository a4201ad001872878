//===- SpelledCalls.cpp - calls that a fix could replace --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/extract/SpelledCalls.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/Lex/Lexer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/xxhash.h"

using namespace clang;

namespace nostall {
namespace {

//===----------------------------------------------------------------------===//
// Where co_await may stand
//===----------------------------------------------------------------------===//

struct CallPosition {
  const CallExpr *Call;
  SpelledUse Use;
};

/// Goes through what a coroutine's own body evaluates. Statements that it does
/// not know it does not enter.
class CallFinder {
public:
  std::vector<CallPosition> Found;
  void visit(const Stmt *S, SpelledUse Use);

private:
  void visitValue(const Stmt *S) { visit(S, SpelledUse::Value); }
  bool visitStatement(const Stmt *S);
  bool visitOperator(const Expr *E, SpelledUse Use);
  void visitCall(const CallExpr *E, SpelledUse Use);
  void visitVariables(const DeclStmt *S);
};

void CallFinder::visitVariables(const DeclStmt *S) {
  for (const Decl *D : S->decls())
    if (const auto *VD = dyn_cast<VarDecl>(D);
        VD && VD->hasLocalStorage() && !VD->isConstexpr())
      visitValue(VD->getInit());
}

/// True for statements that are no expressions.
bool CallFinder::visitStatement(const Stmt *S) {
  constexpr SpelledUse Alone = SpelledUse::Statement;
  if (isa<CompoundStmt, LabelStmt, AttributedStmt>(S)) {
    for (const Stmt *Child : S->children())
      visit(Child, Alone);
  } else if (const auto *Decls = dyn_cast<DeclStmt>(S)) {
    visitVariables(Decls);
  } else if (const auto *If = dyn_cast<IfStmt>(S)) {
    visit(If->getInit(), Alone);
    visit(If->getConditionVariableDeclStmt(), Alone);
    if (!If->isConstexpr() && !If->isConsteval() && !If->getConditionVariable())
      visitValue(If->getCond());
    visit(If->getThen(), Alone);
    visit(If->getElse(), Alone);
  } else if (const auto *For = dyn_cast<ForStmt>(S)) {
    visit(For->getInit(), Alone);
    visitValue(For->getCond());
    visit(For->getInc(), Alone);
    visit(For->getBody(), Alone);
  } else if (const auto *Range = dyn_cast<CXXForRangeStmt>(S)) {
    visit(Range->getInit(), Alone);
    visitValue(Range->getRangeInit());
    visit(Range->getBody(), Alone);
  } else if (const auto *While = dyn_cast<WhileStmt>(S)) {
    if (!While->getConditionVariable())
      visitValue(While->getCond());
    visit(While->getBody(), Alone);
  } else if (const auto *Do = dyn_cast<DoStmt>(S)) {
    visit(Do->getBody(), Alone);
    visitValue(Do->getCond());
  } else if (const auto *Switch = dyn_cast<SwitchStmt>(S)) {
    visit(Switch->getInit(), Alone);
    if (!Switch->getConditionVariable())
      visitValue(Switch->getCond());
    visit(Switch->getBody(), Alone);
  } else if (const auto *Case = dyn_cast<SwitchCase>(S)) {
    visit(Case->getSubStmt(), Alone);
  } else if (const auto *Try = dyn_cast<CXXTryStmt>(S)) {
    visit(Try->getTryBlock(), Alone); // Handlers cannot suspend.
  } else if (const auto *Return = dyn_cast<CoreturnStmt>(S)) {
    visitValue(Return->getOperand());
  } else {
    return !isa<Expr>(S);
  }
  return true;
}

/// True for operators and casts.
bool CallFinder::visitOperator(const Expr *E, SpelledUse Use) {
  if (const auto *BO = dyn_cast<BinaryOperator>(E)) {
    bool Comma = BO->getOpcode() == BO_Comma;
    visit(BO->getLHS(), Comma ? SpelledUse::Statement : SpelledUse::Value);
    visit(BO->getRHS(), Comma && Use == SpelledUse::Statement
                            ? SpelledUse::Statement
                            : SpelledUse::Value);
  } else if (const auto *UO = dyn_cast<UnaryOperator>(E)) {
    visit(UO->getSubExpr(),
          UO->isPostfix() ? SpelledUse::Operand : SpelledUse::Value);
  } else if (const auto *Choice = dyn_cast<ConditionalOperator>(E)) {
    visitValue(Choice->getCond());
    visitValue(Choice->getTrueExpr());
    visitValue(Choice->getFalseExpr());
  } else if (const auto *Cast = dyn_cast<ExplicitCastExpr>(E)) {
    visit(Cast->getSubExpr(),
          Cast->getCastKind() == CK_ToVoid && Use == SpelledUse::Statement
              ? SpelledUse::Statement
              : SpelledUse::Value);
  } else if (const auto *Index = dyn_cast<ArraySubscriptExpr>(E)) {
    visit(Index->getLHS(), SpelledUse::Operand);
    visit(Index->getRHS(), SpelledUse::Operand);
  } else {
    return false;
  }
  return true;
}

void CallFinder::visitCall(const CallExpr *E, SpelledUse Use) {
  const auto *Operator = dyn_cast<CXXOperatorCallExpr>(E);
  if (!Operator) {
    if (const auto *ME =
            dyn_cast<MemberExpr>(E->getCallee()->IgnoreParenImpCasts()))
      visit(ME->getBase(), SpelledUse::Operand);
    for (const Expr *Arg : E->arguments())
      visitValue(Arg);
    Found.push_back({E, Use});
    return;
  }
  OverloadedOperatorKind Kind = Operator->getOperator();
  bool Behind = Kind == OO_Call || Kind == OO_Subscript || Kind == OO_Arrow ||
                ((Kind == OO_PlusPlus || Kind == OO_MinusMinus) &&
                 Operator->getNumArgs() == 2);
  for (unsigned I = 0; I < Operator->getNumArgs(); ++I)
    visit(Operator->getArg(I),
          Behind && I == 0 ? SpelledUse::Operand : SpelledUse::Value);
}

void CallFinder::visit(const Stmt *S, SpelledUse Use) {
  if (!S || visitStatement(S))
    return;
  const auto *E = cast<Expr>(S);
  if (isa<ImplicitCastExpr, ExprWithCleanups, MaterializeTemporaryExpr,
          CXXBindTemporaryExpr>(E)) {
    visit(*E->child_begin(), Use);
  } else if (isa<ParenExpr>(E)) {
    visit(*E->child_begin(),
          Use == SpelledUse::Operand ? SpelledUse::Value : Use);
  } else if (const auto *Call = dyn_cast<CallExpr>(E)) {
    if (!isa<UserDefinedLiteral>(Call))
      visitCall(Call, Use);
  } else if (const auto *Await = dyn_cast<CoroutineSuspendExpr>(E)) {
    visitValue(Await->getOperand());
  } else if (const auto *ME = dyn_cast<MemberExpr>(E)) {
    visit(ME->getBase(), SpelledUse::Operand);
  } else if (isa<CXXConstructExpr, InitListExpr, CXXNewExpr, CXXDeleteExpr,
                 CXXThrowExpr>(E)) {
    for (const Stmt *Child : E->children())
      visit(Child, Use == SpelledUse::Statement ? SpelledUse::Value : Use);
  } else {
    visitOperator(E, Use);
  }
}

//===----------------------------------------------------------------------===//
// How a call is written
//===----------------------------------------------------------------------===//

/// A function of a template, or within one: its text has other meanings, too.
bool isInstantiated(const FunctionDecl *FD) {
  for (const DeclContext *DC = FD; DC; DC = DC->getParent()) {
    if (DC->isDependentContext())
      return true;
    if (const auto *F = dyn_cast<FunctionDecl>(DC);
        F && F->getTemplateInstantiationPattern())
      return true;
    if (isa<ClassTemplateSpecializationDecl>(DC))
      return true;
  }
  return false;
}

/// Whether the coroutine's type is one whose name says all: `task<T>` with what
/// the template has for further arguments.
bool hasUsualType(const FunctionDecl *FD) {
  const CXXRecordDecl *RD = FD->getReturnType()->getAsCXXRecordDecl();
  const auto *Spec = dyn_cast_or_null<ClassTemplateSpecializationDecl>(RD);
  if (!Spec)
    return RD;
  const TemplateParameterList *Params =
      Spec->getSpecializedTemplate()->getTemplateParameters();
  const TemplateArgumentList &Args = Spec->getTemplateArgs();
  for (unsigned I = 1; I < Args.size(); ++I) {
    const auto *Param =
        I < Params->size() ? dyn_cast<TemplateTypeParmDecl>(Params->getParam(I))
                           : nullptr;
    if (!Param || !Param->hasDefaultArgument() ||
        Args[I].getKind() != TemplateArgument::Type)
      return false;
    QualType Default = Param->getDefaultArgument().getArgument().getAsType();
    if (Default->isDependentType() ||
        Default.getCanonicalType() != Args[I].getAsType().getCanonicalType())
      return false;
  }
  return true;
}

/// A std::chrono::duration that converts to nanoseconds without loss.
bool isExactDuration(QualType T) {
  const auto *Spec = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      T.getNonReferenceType()->getAsCXXRecordDecl());
  if (!Spec || !isStandard(Spec) || Spec->getName() != "duration" ||
      Spec->getTemplateArgs().size() != 2)
    return false;
  const TemplateArgument &Rep = Spec->getTemplateArgs()[0];
  const TemplateArgument &Period = Spec->getTemplateArgs()[1];
  if (Rep.getKind() != TemplateArgument::Type ||
      Period.getKind() != TemplateArgument::Type ||
      !Rep.getAsType()->isIntegerType())
    return false;
  const auto *Ratio = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      Period.getAsType()->getAsCXXRecordDecl());
  if (!Ratio || Ratio->getTemplateArgs().size() != 2 ||
      Ratio->getTemplateArgs()[1].getKind() != TemplateArgument::Integral)
    return false;
  int64_t Den = Ratio->getTemplateArgs()[1].getAsIntegral().getExtValue();
  return Den > 0 && 1'000'000'000 % Den == 0;
}

void addType(const Expr *E, EntityNamer &Namer, SpelledArgument &Arg) {
  QualType T = E->IgnoreUnlessSpelledInSource()->getType();
  if (T->isIntegerType() && !T->isBooleanType() && !T->isEnumeralType()) {
    Arg.Type = SpelledType::Integer;
  } else if (isExactDuration(T)) {
    Arg.Type = SpelledType::Duration;
  } else if (T->isRecordType()) {
    Arg.Type = SpelledType::Class;
    Arg.Class = Namer.typeName(T);
  }
}

class CallSpeller {
public:
  CallSpeller(const ASTContext &Context, const FunctionDecl *FD,
              EntityNamer &Namer)
      : SM(Context.getSourceManager()), LangOpts(Context.getLangOpts()),
        Namer(Namer) {
    SourceLocation Loc = FD->getBody()->getBeginLoc();
    if (Loc.isFileID()) {
      File = SM.getFileID(Loc);
      Content = SM.getBufferDataOrNone(File).value_or("");
    }
  }
  llvm::StringRef content() const { return Content; }

  /// How \p E is written; false where no fix could rely on it.
  bool spell(const CallExpr *E, SpelledCall &Call,
             std::vector<SpelledArgument> &Args, llvm::StringRef &Text) const;

private:
  std::optional<unsigned> offset(SourceLocation Loc) const {
    if (!Loc.isFileID() || SM.getFileID(Loc) != File)
      return std::nullopt;
    return SM.getFileOffset(Loc);
  }
  bool findName(const CallExpr *E, uint32_t Begin, uint32_t &Name) const;

  const SourceManager &SM;
  const LangOptions &LangOpts;
  EntityNamer &Namer;
  FileID File;
  llvm::StringRef Content;
};

/// Where the callee's name begins if there is an object in front of it.
bool CallSpeller::findName(const CallExpr *E, uint32_t Begin,
                           uint32_t &Name) const {
  const Expr *Callee = E->getCallee()->IgnoreImpCasts();
  if (const auto *DRE = dyn_cast<DeclRefExpr>(Callee)) {
    Name = Begin;
    return DRE->getLocation().isFileID() && !DRE->hasExplicitTemplateArgs();
  }
  const auto *ME = dyn_cast<MemberExpr>(Callee);
  if (!ME || ME->hasQualifier() || ME->hasExplicitTemplateArgs())
    return false;
  std::optional<unsigned> At = offset(ME->getMemberLoc());
  if (!At || *At < Begin)
    return false;
  Name = *At;
  return true;
}

bool CallSpeller::spell(const CallExpr *E, SpelledCall &Call,
                        std::vector<SpelledArgument> &Args,
                        llvm::StringRef &Text) const {
  const FunctionDecl *Callee = E->getDirectCallee();
  std::optional<unsigned> Begin = offset(E->getBeginLoc());
  std::optional<unsigned> Close = offset(E->getRParenLoc());
  if (!Callee || isa<CXXConversionDecl>(Callee) || !Begin || !Close ||
      *Close < *Begin || *Close >= Content.size() || Content[*Close] != ')')
    return false;
  uint32_t Name;
  if (!findName(E, *Begin, Name))
    return false;
  Text = Content.slice(*Begin, *Close + 1);
  Call.Offset = *Begin;
  Call.NameBegin = Name - *Begin;
  // What stands between the arguments is not kept: it must not matter.
  std::string Between;
  uint32_t Done = Call.NameBegin;
  for (const Expr *Arg : E->arguments()) {
    if (isa<CXXDefaultArgExpr>(Arg))
      break;
    CharSourceRange Range = Lexer::makeFileCharRange(
        CharSourceRange::getTokenRange(Arg->getSourceRange()), SM, LangOpts);
    if (Range.isInvalid())
      return false;
    std::optional<unsigned> From = offset(Range.getBegin());
    std::optional<unsigned> To = offset(Range.getEnd());
    if (!From || !To || *From < *Begin + Done || *To < *From || *To > *Close)
      return false;
    Between += Text.slice(Done, *From - *Begin);
    Done = *To - *Begin;
    Args.push_back({*From - *Begin, Done});
    addType(Arg, Namer, Args.back());
  }
  Between += Text.drop_front(Done);
  return llvm::StringRef(Between).find_first_of("/#\\") ==
             llvm::StringRef::npos &&
         !Text.contains("\n#");
}

} // namespace

/// The call that the object of \p E is, as written.
static const CallExpr *objectCall(const CallExpr *E) {
  const auto *MC = dyn_cast<CXXMemberCallExpr>(E);
  if (!MC)
    return nullptr;
  const Expr *Object = MC->getImplicitObjectArgument();
  return dyn_cast<CallExpr>(Object->IgnoreUnlessSpelledInSource());
}

void addSpelledCalls(ASTContext &Context, const FunctionDecl *FD,
                     EntityNamer &Namer, SummaryBuilder &Builder,
                     llvm::function_ref<uint32_t(const Stmt *)> IndexOf,
                     FunctionSummary &Summary) {
  TUSummary &S = Builder.Summary;
  Summary.FirstSpelled = S.SpelledCalls.size();
  const auto *Body = dyn_cast<CoroutineBodyStmt>(FD->getBody());
  if (!Body || isInstantiated(FD) || !hasUsualType(FD))
    return;
  CallFinder Finder;
  Finder.visit(Body->getBody(), SpelledUse::Statement);
  CallSpeller Speller(Context, FD, Namer);
  const uint64_t Hash = llvm::xxh3_64bits(Speller.content());
  std::vector<std::pair<SpelledCall, std::vector<SpelledArgument>>> Spelled;
  for (const CallPosition &Position : Finder.Found) {
    SpelledCall Call;
    std::vector<SpelledArgument> Args;
    llvm::StringRef Text;
    Call.Call = IndexOf(Position.Call);
    if (Call.Call == NoIndex || !Speller.spell(Position.Call, Call, Args, Text))
      continue;
    Call.Loc = Namer.location(Position.Call->getBeginLoc());
    Call.Text = Builder.string(Text);
    Call.Use = Position.Use;
    Call.FileHash = Hash;
    if (const CallExpr *Object = objectCall(Position.Call))
      Call.Object = IndexOf(Object);
    Spelled.emplace_back(Call, std::move(Args));
  }
  llvm::sort(Spelled, [](const auto &A, const auto &B) {
    return A.first.Call < B.first.Call;
  });
  for (auto &[Call, Args] : Spelled) {
    Call.FirstArg = S.SpelledArgs.size();
    Call.NumArgs = Args.size();
    llvm::append_range(S.SpelledArgs, Args);
    S.SpelledCalls.push_back(Call);
  }
  Summary.NumSpelled = Spelled.size();
}

} // namespace nostall

//===- EntityNamer.cpp - names of declarations ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/extract/EntityNamer.h"

#include "engine/extract/CallableWrapper.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/Index/USRGeneration.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/raw_ostream.h"

using namespace clang;

namespace nostall {

static PrintingPolicy makePolicy(const ASTContext &Context) {
  PrintingPolicy Policy(Context.getLangOpts());
  Policy.SuppressTagKeyword = true;
  Policy.SuppressUnwrittenScope = true;
  Policy.AnonymousTagLocations = false;
  Policy.Bool = true;
  return Policy;
}

EntityNamer::EntityNamer(ASTContext &Context, const ProjectScope &Scope,
                         SummaryBuilder &Builder)
    : Context(Context), Scope(Scope), Builder(Builder), Mangler(Context),
      Policy(makePolicy(Context)) {}

//===----------------------------------------------------------------------===//
// Readable names
//===----------------------------------------------------------------------===//

/// The enclosing scopes of a declaration, ending in "::" unless empty.
std::string EntityNamer::scopeName(const DeclContext *DC) {
  while (DC->isTransparentContext() || DC->isInlineNamespace())
    DC = DC->getParent();
  if (DC->isTranslationUnit())
    return "";
  DC = DC->getPrimaryContext();
  auto It = ScopeNames.find(DC);
  if (It != ScopeNames.end())
    return It->second;
  std::string Name;
  if (const auto *ND = dyn_cast<NamedDecl>(DC))
    Name = qualifiedName(ND) + "::";
  else
    Name = scopeName(DC->getParent());
  ScopeNames[DC] = Name;
  return Name;
}

std::string EntityNamer::qualifiedName(const NamedDecl *ND) {
  const DeclContext *DC = ND->getDeclContext();
  if (const auto *RD = dyn_cast<CXXRecordDecl>(ND); RD && RD->isLambda())
    return scopeName(DC) + "lambda";
  if (const auto *MD = dyn_cast<CXXMethodDecl>(ND);
      MD && MD->getParent()->isLambda())
    return scopeName(MD->getParent()->getDeclContext()) + "lambda";
  std::string Scope = scopeName(DC);
  if (const auto *NS = dyn_cast<NamespaceDecl>(ND);
      NS && NS->isAnonymousNamespace())
    return Scope + "(anonymous namespace)";
  if (isa<CXXConstructorDecl>(ND))
    return Scope + cast<CXXRecordDecl>(DC)->getName().str();
  if (isa<CXXDestructorDecl>(ND))
    return Scope + "~" + cast<CXXRecordDecl>(DC)->getName().str();
  if (const auto *CD = dyn_cast<CXXConversionDecl>(ND))
    return Scope + "operator " + CD->getConversionType().getAsString(Policy);
  if (const auto *TD = dyn_cast<TagDecl>(ND); TD && !TD->getIdentifier()) {
    if (const TypedefNameDecl *Alias = TD->getTypedefNameForAnonDecl())
      return Scope + Alias->getName().str();
    return Scope + "(anonymous)";
  }
  return Scope + ND->getNameAsString();
}

std::string EntityNamer::signature(const FunctionDecl *FD) {
  // Knowledge files are written against headers, so the un-instantiated
  // declaration's spelling counts.
  if (const FunctionDecl *Pattern = FD->getTemplateInstantiationPattern(
          /*ForDefinition=*/false))
    FD = Pattern;
  FD = FD->getCanonicalDecl();
  std::string Text = "(";
  llvm::raw_string_ostream OS(Text);
  bool First = true;
  for (const ParmVarDecl *Param : FD->parameters()) {
    if (!First)
      OS << ", ";
    First = false;
    Param->getOriginalType().print(OS, Policy);
  }
  if (FD->isVariadic())
    OS << (First ? "..." : ", ...");
  OS << ")";
  return Text;
}

//===----------------------------------------------------------------------===//
// Identity
//===----------------------------------------------------------------------===//

std::string EntityNamer::declFile(const Decl *D) {
  const SourceManager &SM = Context.getSourceManager();
  SourceLocation Loc =
      SM.getExpansionLoc(D->getCanonicalDecl()->getLocation());
  return Loc.isValid() ? Scope.fileName(Loc) : "";
}

/// Where something is, the same in all builds: \p Loc's own number depends on
/// what was read before.
std::string EntityNamer::placeText(SourceLocation Loc) {
  Loc = Context.getSourceManager().getFileLoc(Loc);
  auto [Line, Column] = Scope.position(Loc);
  return Scope.fileName(Loc) + ":" + std::to_string(Line) + ":" +
         std::to_string(Column);
}

/// A text that no other body shares.
std::string EntityNamer::uniqueText(const FunctionDecl *FD) {
  // A lambda's call operator: the parent and the place in it. The mangling
  // numbers closures only where the standard demands it, and a USR does not
  // number them at all.
  std::string Text;
  const auto *MD = dyn_cast<CXXMethodDecl>(FD);
  if (MD && MD->getParent()->isLambda() &&
      MD->getOverloadedOperator() == OO_Call) {
    auto It = Closures.find(MD->getParent());
    if (It != Closures.end()) {
      EntityName Parent =
          Builder.Summary.Entities[It->second.Parent].Name;
      llvm::raw_string_ostream OS(Text);
      OS << "lambda:" << Parent.High << ':' << Parent.Low << '#'
         << It->second.Ordinal;
      if (FD->isTemplateInstantiation())
        OS << '/' << FD->getType().getCanonicalType().getAsString(Policy);
      return Text;
    }
  }
  if (FD->isDependentContext() || FD->isInvalidDecl()) {
    // Cannot be mangled: a template that nothing instantiates, or code with
    // errors.
    llvm::SmallString<128> USR;
    index::generateUSRForDecl(FD, USR);
    Text = "pattern:" + std::string(USR);
    if (MD && MD->getParent()->isLambda())
      Text += "@" + placeText(FD->getLocation());
  } else {
    Text = Mangler.getName(FD);
  }
  if (Text.empty())
    Text = qualifiedName(FD) + signature(FD);
  // Constructors and destructors have several mangled names; the generator
  // gives the complete-object one to all.
  if (!FD->isExternallyVisible()) {
    // A specialisation over a local type is declared in another file than the
    // one it belongs to.
    Text += "@" + (FD->isTemplateInstantiation()
                       ? Scope.mainFileName()
                       : declFile(FD));
  }
  return Text;
}

/// What the source says of the function, by EntityFlag.
static uint32_t declaredFlags(const FunctionDecl *FD) {
  uint32_t Flags = 0;
  for (const FunctionDecl *Redecl : FD->redecls())
    for (const auto *Annotation : Redecl->specific_attrs<AnnotateAttr>())
      Flags |= llvm::StringSwitch<uint32_t>(Annotation->getAnnotation())
                   .Case("nostall::loop", EF_DeclaredLoop)
                   .Case("nostall::blocking", EF_DeclaredBlocking)
                   .Case("nostall::nonblocking", EF_DeclaredNonblocking)
                   .Case("nostall::offload", EF_DeclaredOffload)
                   .Default(0);
  return Flags;
}

EntityIndex EntityNamer::entity(const FunctionDecl *FD) {
  FD = FD->getCanonicalDecl();
  auto Known = Entities.find(FD);
  if (Known != Entities.end())
    return Known->second;

  Entity E;
  E.Name = nameFor(uniqueText(FD));
  E.QualifiedName = Builder.string(qualifiedName(FD));
  E.Signature = Builder.string(signature(FD));
  E.DeclFile = Builder.file(declFile(FD));
  if (const auto *MD = dyn_cast<CXXMethodDecl>(FD)) {
    if (MD->isVirtual())
      E.Flags |= EF_Virtual;
    if (MD->isInstance())
      E.Flags |= EF_Member;
    if (MD->getOverloadedOperator() == OO_Call)
      E.Flags |= EF_CallOperator;
  }
  if (const auto *CD = dyn_cast<CXXConstructorDecl>(FD)) {
    E.Flags |= EF_Constructor;
    if (isWrapperConstructor(CD))
      E.Flags |= EF_WrapperConstructor;
  }
  if (isa<CXXDestructorDecl>(FD))
    E.Flags |= EF_Destructor;
  if (!FD->isExternallyVisible())
    E.Flags |= EF_InternalLinkage;
  if (!Scope.isProject(FD->getLocation()))
    E.Flags |= EF_External;
  if (FD->isNoReturn())
    E.Flags |= EF_NoReturn;
  if (FD->isVariadic())
    E.Flags |= EF_Variadic;
  if (FD->isExternC())
    E.Flags |= EF_ExternC;
  E.Flags |= declaredFlags(FD);
  if (const FunctionDecl *Pattern = FD->getTemplateInstantiationPattern())
    E.Flags |= declaredFlags(Pattern);
  EntityIndex Index = Builder.entity(E);
  Entities[FD] = Index;
  return Index;
}

EntityIndex EntityNamer::syntheticEntity(llvm::StringRef Name) {
  const std::string &Main = Scope.mainFileName();
  Entity E;
  E.Name = nameFor(Name.str() + "@" + Main);
  E.QualifiedName = Builder.string(Name);
  E.DeclFile = Builder.file(Main);
  E.Flags = EF_InternalLinkage;
  return Builder.entity(E);
}

void EntityNamer::numberClosure(const CXXRecordDecl *Closure,
                                EntityIndex Parent, unsigned Ordinal) {
  Closures.try_emplace(Closure->getCanonicalDecl(),
                       ClosurePlace{Parent, Ordinal});
}

EntityIndex EntityNamer::closureParent(const CXXRecordDecl *Closure) const {
  auto It = Closures.find(Closure->getCanonicalDecl());
  return It == Closures.end() ? NoIndex : It->second.Parent;
}

//===----------------------------------------------------------------------===//
// Slots and types
//===----------------------------------------------------------------------===//

SlotIndex EntityNamer::makeSlot(SlotKind Kind, const std::string &Text,
                                const std::string &Display, QualType Type) {
  Slot S;
  S.Name = nameFor(Text);
  S.Display = Builder.string(Display);
  S.Type = typeName(Type);
  S.Kind = Kind;
  return Builder.slot(S);
}

SlotIndex EntityNamer::fieldSlot(const FieldDecl *FD) {
  FD = FD->getCanonicalDecl();
  auto It = Slots.find(FD);
  if (It != Slots.end())
    return It->second;
  std::string Display = qualifiedName(FD);
  // Fields of different specialisations are different places.
  std::string Text = "field:";
  if (const auto *RD = dyn_cast<CXXRecordDecl>(FD->getParent()))
    Text += Context.getRecordType(RD).getCanonicalType().getAsString(Policy);
  Text += "::" + Display + "@" + declFile(FD->getParent());
  SlotIndex Index = makeSlot(SlotKind::Field, Text, Display, FD->getType());
  Slots[FD] = Index;
  return Index;
}

SlotIndex EntityNamer::globalSlot(const VarDecl *VD) {
  VD = VD->getCanonicalDecl();
  auto It = Slots.find(VD);
  if (It != Slots.end())
    return It->second;
  std::string Display = qualifiedName(VD);
  std::string Text = "global:" + Display;
  if (!VD->isExternallyVisible() || VD->isStaticLocal()) {
    // Two functions, or two overloads of one, may have a static local of one
    // name.
    const SourceManager &SM = Context.getSourceManager();
    SourceLocation Loc = SM.getExpansionLoc(VD->getLocation());
    Text += "@" + declFile(VD) + ":" +
            std::to_string(Loc.isValid() ? Scope.position(Loc).first : 0);
  }
  SlotIndex Index = makeSlot(SlotKind::Global, Text, Display, VD->getType());
  Slots[VD] = Index;
  return Index;
}

SlotIndex EntityNamer::captureSlot(const CXXRecordDecl *Closure,
                                   const ValueDecl *Captured) {
  Closure = Closure->getCanonicalDecl();
  auto [It, New] = Captures.try_emplace({Closure, Captured}, 0);
  if (!New)
    return It->second;
  std::string Text = "capture:";
  auto Place = Closures.find(Closure);
  if (Place != Closures.end()) {
    EntityName Parent = Builder.Summary.Entities[Place->second.Parent].Name;
    Text += std::to_string(Parent.High) + ":" + std::to_string(Parent.Low) +
            "#" + std::to_string(Place->second.Ordinal);
  } else {
    Text += uniqueText(Closure->getLambdaCallOperator());
  }
  Text += "/" + Captured->getNameAsString();
  std::string Display =
      "'" + Captured->getNameAsString() + "' captured by " +
      qualifiedName(Closure);
  SlotIndex Index =
      makeSlot(SlotKind::Capture, Text, Display, Captured->getType());
  Captures[{Closure, Captured}] = Index;
  return Index;
}

void EntityNamer::addBases(const CXXRecordDecl *RD, StringId Name) {
  if (!RD->hasDefinition())
    return;
  for (const CXXBaseSpecifier &Base : RD->getDefinition()->bases()) {
    StringId BaseName = typeName(Base.getType());
    if (BaseName)
      Builder.Summary.BaseClasses.push_back({Name, BaseName});
  }
}

StringId EntityNamer::typeName(QualType T) {
  if (T.isNull())
    return 0;
  T = T.getNonReferenceType();
  while (T->isAnyPointerType() || T->isArrayType())
    T = T->isArrayType() ? QualType(T->getArrayElementTypeNoTypeQual(), 0)
                         : T->getPointeeType();
  const auto *RD = T->getAsRecordDecl();
  if (!RD)
    return 0;
  const auto *CXXRD = dyn_cast<CXXRecordDecl>(RD);
  if (!CXXRD)
    return Builder.string(qualifiedName(RD));
  if (CXXRD->isLambda())
    return 0;
  CXXRD = CXXRD->getCanonicalDecl();
  auto It = TypeNames.find(CXXRD);
  if (It != TypeNames.end())
    return It->second;
  StringId Name = Builder.string(qualifiedName(CXXRD));
  // Before the bases: a class may name itself in its base's arguments.
  TypeNames[CXXRD] = Name;
  addBases(CXXRD, Name);
  return Name;
}

StringId EntityNamer::tagName(QualType T) {
  StringId Plain = typeName(T);
  const auto *Spec = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      T.getNonReferenceType()->getAsCXXRecordDecl());
  if (!Plain || !Spec || !Spec->hasDefinition() || !Spec->isEmpty() ||
      !Spec->hasTrivialDefaultConstructor() || Spec->isInStdNamespace())
    return Plain;
  std::vector<std::string> Arguments;
  auto Add = [&](const TemplateArgument &A) {
    const CXXRecordDecl *RD = A.getKind() == TemplateArgument::Type
                                  ? A.getAsType()->getAsCXXRecordDecl()
                                  : nullptr;
    if (RD && !RD->isLambda())
      Arguments.push_back(qualifiedName(RD));
    return RD && !RD->isLambda();
  };
  for (const TemplateArgument &A : Spec->getTemplateArgs().asArray())
    if (A.getKind() == TemplateArgument::Pack
            ? !llvm::all_of(A.getPackAsArray(), Add)
            : !Add(A))
      return Plain;
  if (Arguments.empty())
    return Plain;
  std::string Template = qualifiedName(Spec);
  StringId Name =
      Builder.string(Template + "<" + llvm::join(Arguments, ", ") + ">");
  if (!Tags.insert(Name).second)
    return Name;
  auto Derive = [&](StringId Base) {
    Builder.Summary.BaseClasses.push_back({Name, Base});
  };
  Derive(Plain);
  if (Arguments.size() > 1)
    for (const std::string &A : Arguments)
      Derive(Builder.string(Template + "<" + A + ">"));
  return Name;
}

Location EntityNamer::location(SourceLocation Loc) {
  if (Loc.isInvalid())
    return {};
  const SourceManager &SM = Context.getSourceManager();
  SourceLocation FileLoc = SM.getFileLoc(Loc);
  auto [Line, Column] = Scope.position(FileLoc);
  return {Builder.file(Scope.fileName(FileLoc)), Line, Column};
}

} // namespace nostall

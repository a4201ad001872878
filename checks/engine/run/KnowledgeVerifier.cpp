//===- KnowledgeVerifier.cpp - knowledge against headers --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/run/KnowledgeVerifier.h"

#include "engine/extract/EntityNamer.h"
#include "engine/knowledge/KnowledgeBase.h"
#include "engine/run/FrontEnd.h"

#include "clang/AST/DeclTemplate.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

#include <fmt/format.h>

using namespace clang;

namespace nostall {
namespace {

/// The names that some headers declare.
struct DeclaredNames {
  struct Overload {
    std::string Signature;
    unsigned MaxArguments;
    unsigned TemplateParameters;
  };
  llvm::StringMap<std::vector<Overload>> Functions;
  llvm::StringSet<> Types;
  llvm::StringSet<> Variables;
  llvm::StringSet<> Fields;
};

class NameCollector : public RecursiveASTVisitor<NameCollector> {
public:
  NameCollector(EntityNamer &Namer, DeclaredNames &Names)
      : Namer(Namer), Names(Names) {}

  bool VisitFunctionDecl(FunctionDecl *FD) {
    if (FD->isImplicit() && !isa<CXXConstructorDecl, CXXDestructorDecl>(FD))
      return true;
    unsigned MaxArguments = FD->isVariadic() ? ~0u : FD->getNumParams();
    for (const ParmVarDecl *Param : FD->parameters())
      if (Param->isParameterPack())
        MaxArguments = ~0u;
    unsigned TemplateParameters = 0;
    if (const FunctionTemplateDecl *FT = FD->getDescribedFunctionTemplate())
      TemplateParameters = FT->getTemplateParameters()->size();
    else if (const auto *RD = dyn_cast<CXXRecordDecl>(FD->getDeclContext()))
      if (const ClassTemplateDecl *CT = RD->getDescribedClassTemplate())
        TemplateParameters = CT->getTemplateParameters()->size();
    Names.Functions[Namer.qualifiedName(FD)].push_back(
        {Namer.signature(FD), MaxArguments, TemplateParameters});
    return true;
  }
  bool VisitTagDecl(TagDecl *TD) {
    if (TD->getIdentifier() || TD->getTypedefNameForAnonDecl())
      Names.Types.insert(Namer.qualifiedName(TD));
    // Implicit destructors are declared when they are needed.
    if (auto *RD = dyn_cast<CXXRecordDecl>(TD);
        RD && RD->isThisDeclarationADefinition() && RD->getIdentifier()) {
      const ClassTemplateDecl *CT = RD->getDescribedClassTemplate();
      unsigned TemplateParameters =
          CT ? CT->getTemplateParameters()->size() : 0;
      Names.Functions[Namer.qualifiedName(RD) + "::~" + RD->getName().str()]
          .push_back({"()", 0, TemplateParameters});
    }
    return true;
  }
  bool VisitVarDecl(VarDecl *VD) {
    if (VD->hasGlobalStorage())
      Names.Variables.insert(Namer.qualifiedName(VD));
    return true;
  }
  bool VisitFieldDecl(FieldDecl *FD) {
    Names.Fields.insert(Namer.qualifiedName(FD));
    return true;
  }

private:
  EntityNamer &Namer;
  DeclaredNames &Names;
};

/// Compares one library with the declared names.
class Comparison {
public:
  Comparison(const DeclaredNames &Names, VerificationResult &Result)
      : Names(Names), Result(Result) {}

  void compare(const FunctionKnowledge &F);
  template <typename T>
  void compare(const T &Entry, const llvm::StringSet<> &Known,
               const char *What);

private:
  void problem(const std::string &Subject, const std::string &Text) {
    Result.Problems.push_back(Subject + ": " + Text);
  }
  void checkArguments(const FunctionKnowledge &F,
                      llvm::ArrayRef<DeclaredNames::Overload> Overloads);

  const DeclaredNames &Names;
  VerificationResult &Result;
};

static void collect(const FunctionKnowledge &F,
                    std::vector<const ArgSelector *> &Out) {
  auto AddConditions = [&](const std::vector<Condition> &Conditions) {
    for (const Condition &C : Conditions)
      Out.push_back(&C.Subject);
  };
  for (const EffectRule &R : F.Effects) {
    AddConditions(R.When);
    AddConditions(R.Unless);
    if (R.Until)
      Out.push_back(&*R.Until);
    if (R.Reenters)
      Out.push_back(&R.Reenters->Loop);
  }
  for (const ResultRule &R : F.ResultBy) {
    Out.push_back(R.Callable ? &*R.Callable : &*R.Executor);
    AddConditions(R.When);
  }
  for (const ParamRule &R : F.Params) {
    Out.push_back(&R.Param);
    if (R.Runs == RunsIn::Executor)
      Out.push_back(&R.Executor);
    AddConditions(R.When);
  }
  for (const ReturnRule &R : F.Returns) {
    if (R.Argument)
      Out.push_back(&*R.Argument);
    AddConditions(R.When);
  }
  for (const MarkRule &R : F.Marks) {
    Out.push_back(&R.Object);
    AddConditions(R.When);
  }
  for (const FlowRule &R : F.Flows) {
    Out.push_back(&R.From);
    Out.push_back(&R.To);
  }
  for (const LockRule &R : F.Locks) {
    if (R.Mutex)
      Out.push_back(&*R.Mutex);
    AddConditions(R.When);
  }
  for (const SwitchRule &R : F.Switches)
    AddConditions(R.When);
  if (F.Settles)
    Out.push_back(&*F.Settles);
  if (F.Completes)
    Out.push_back(&*F.Completes);
  if (F.Descriptors)
    Out.push_back(&*F.Descriptors);
}

/// Every argument that the rules name exists in some overload.
void Comparison::checkArguments(
    const FunctionKnowledge &F,
    llvm::ArrayRef<DeclaredNames::Overload> Overloads) {
  std::vector<const ArgSelector *> Selectors;
  collect(F, Selectors);
  for (const ArgSelector *S : Selectors) {
    bool Exists = llvm::any_of(Overloads, [&](const auto &O) {
      switch (S->K) {
      case ArgSelector::Kind::Position:
      case ArgSelector::Kind::Format:
        return S->Position < O.MaxArguments;
      case ArgSelector::Kind::Named:
        return llvm::any_of(parameterTypeNames(O.Signature),
                            [&](llvm::StringRef Name) {
                              return matchesPattern(S->Name, Name);
                            });
      case ArgSelector::Kind::Receiver:
      case ArgSelector::Kind::All:
      case ArgSelector::Kind::Last:
        return true;
      }
      return true;
    });
    if (!Exists)
      problem(F.Name, S->K == ArgSelector::Kind::Named
                          ? fmt::format("no parameter of type '{}'", S->Name)
                          : fmt::format("no argument {}", S->Position));
  }
  for (const std::optional<unsigned> &Index :
       {F.Constructs, F.Destroys, F.Releases})
    if (Index && llvm::none_of(Overloads, [&](const auto &O) {
          return *Index < O.TemplateParameters;
        }))
      problem(F.Name, fmt::format("no template parameter {}", *Index));
}

void Comparison::compare(const FunctionKnowledge &F) {
  std::vector<DeclaredNames::Overload> Overloads;
  if (llvm::StringRef(F.Name).contains('*')) {
    for (const auto &Item : Names.Functions)
      if (matchesPattern(F.Name, Item.getKey()))
        Overloads.insert(Overloads.end(), Item.second.begin(),
                         Item.second.end());
  } else if (auto It = Names.Functions.find(F.Name);
             It != Names.Functions.end()) {
    Overloads = It->second;
  }
  if (Overloads.empty()) {
    if (F.Optional)
      ++Result.Absent;
    else
      problem(F.Name, "no such function");
    return;
  }
  if (F.Signature) {
    llvm::erase_if(Overloads, [&](const DeclaredNames::Overload &O) {
      return O.Signature != *F.Signature;
    });
    if (Overloads.empty()) {
      std::string Known;
      if (auto It = Names.Functions.find(F.Name); It != Names.Functions.end())
        for (const DeclaredNames::Overload &O : It->second)
          Known += " " + O.Signature;
      if (F.Optional)
        ++Result.Absent;
      else
        problem(F.Name, fmt::format("no overload {}; there is{}", *F.Signature,
                                    Known));
      return;
    }
  }
  size_t Before = Result.Problems.size();
  checkArguments(F, Overloads);
  if (!F.Effects.empty() && F.Reference.empty())
    problem(F.Name, "has an effect and no reference");
  Result.Verified += Result.Problems.size() == Before;
}

template <typename T>
void Comparison::compare(const T &Entry, const llvm::StringSet<> &Known,
                         const char *What) {
  if (Known.contains(Entry.Name))
    ++Result.Verified;
  else if (Entry.Optional)
    ++Result.Absent;
  else
    problem(Entry.Name, fmt::format("no such {}", What));
}

class CollectingAction : public ASTFrontendAction {
public:
  explicit CollectingAction(DeclaredNames &Names) : Names(Names) {}

protected:
  bool BeginSourceFileAction(CompilerInstance &CI) override {
    CI.getFrontendOpts().SkipFunctionBodies = true;
    return true;
  }
  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &,
                                                 llvm::StringRef) override {
    struct Consumer : ASTConsumer {
      explicit Consumer(DeclaredNames &Names) : Names(Names) {}
      void HandleTranslationUnit(ASTContext &Context) override {
        ScopeOptions Options;
        ProjectScope Scope(Options, Context.getSourceManager());
        SummaryBuilder Builder;
        EntityNamer Namer(Context, Scope, Builder);
        NameCollector(Namer, Names)
            .TraverseDecl(Context.getTranslationUnitDecl());
      }
      DeclaredNames &Names;
    };
    return std::make_unique<Consumer>(Names);
  }

private:
  DeclaredNames &Names;
};

} // namespace

VerificationResult verifyKnowledge(const LibraryKnowledge &Library) {
  VerificationResult Result;
  if (Library.Headers.empty())
    return Result;
  std::string Code;
  for (const std::string &Header : Library.Headers)
    Code += "#include <" + Header + ">\n";
  std::vector<std::string> Args = {"-std=c++20",
                                   "-resource-dir=" + clangResourceDirectory(),
                                   "-Wno-everything", "-D_GNU_SOURCE"};
  Args.insert(Args.end(), Library.VerifyFlags.begin(),
              Library.VerifyFlags.end());
  DeclaredNames Names;
  if (!tooling::runToolOnCodeWithArgs(std::make_unique<CollectingAction>(Names),
                                      Code, Args, Library.Id + ".cpp",
                                      "nostall"))
    Result.Problems.push_back(Library.Id + ": the headers do not parse");
  Comparison Compare(Names, Result);
  for (const FunctionKnowledge &F : Library.Functions)
    Compare.compare(F);
  for (const TypeKnowledge &T : Library.Types)
    Compare.compare(T, Names.Types, "type");
  for (const TypeKnowledge &V : Library.Variables)
    Compare.compare(V, Names.Variables, "variable");
  for (const FieldKnowledge &F : Library.Fields)
    Compare.compare(F, Names.Fields, "field");
  return Result;
}

} // namespace nostall

//===- TidyEngine.cpp - the engine inside clang-tidy ------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tidy-plugin/TidyEngine.h"

#include "engine/extract/ProjectRoot.h"
#include "engine/extract/TUSummaryExtractor.h"
#include "engine/summary/SummaryIO.h"
#include "rules/Registry.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Path.h"

namespace nostall {

std::shared_ptr<TidyEngine>
TidyEngine::of(const clang::tidy::ClangTidyContext *Context) {
  static std::map<const clang::tidy::ClangTidyContext *,
                  std::weak_ptr<TidyEngine>>
      Engines;
  std::weak_ptr<TidyEngine> &Known = Engines[Context];
  std::shared_ptr<TidyEngine> Engine = Known.lock();
  if (!Engine) {
    Engine = std::make_shared<TidyEngine>();
    Known = Engine;
  }
  return Engine;
}

const LUSummary *TidyEngine::index() {
  if (!IndexRead && !Settings.Index.empty()) {
    IndexRead = true;
    llvm::Expected<LUSummary> Read = readSummaryFile(Settings.Index);
    if (Read)
      Index = std::move(*Read);
    else
      Errors.push_back(llvm::toString(Read.takeError()));
  }
  return Index ? &*Index : nullptr;
}

bool TidyEngine::prepareKnowledge(const std::string &Root) {
  if (Knowledge)
    return true;
  Knowledge = KnowledgeBase::builtin();
  auto Add = [&](llvm::StringRef File) {
    if (llvm::Error E = Knowledge->addFile(File))
      Errors.push_back(llvm::toString(std::move(E)));
  };
  if (std::optional<std::string> Own = projectKnowledgeFile(Root))
    Add(*Own);
  llvm::SmallVector<llvm::StringRef, 2> Files;
  llvm::StringRef(Settings.Knowledge).split(Files, ';', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef File : Files)
    Add(File);
  return true;
}

void TidyEngine::run(clang::ASTContext &Context) {
  const clang::SourceManager &SM = Context.getSourceManager();
  clang::OptionalFileEntryRef Main =
      SM.getFileEntryRefForID(SM.getMainFileID());
  if (!Main)
    return;
  std::string MainPath = realPath(Main->getName());
  std::string Root =
      Settings.Root.empty()
          ? findProjectRoot(llvm::sys::path::parent_path(MainPath))
          : realPath(Settings.Root);
  prepareKnowledge(Root);

  ScopeOptions Scope;
  Scope.Roots = {Root};
  for (const auto &Library : Knowledge->libraries())
    Scope.SkipBodies.insert(Scope.SkipBodies.end(), Library->SkipBodies.begin(),
                            Library->SkipBodies.end());
  TUSummary Unit = extractTUSummary(Context, Scope);

  EntityLinker Linker;
  if (const LUSummary *Rest = index())
    Linker.addWithout(*Rest, Unit);
  Linker.add(Unit);
  LUSummary Program = Linker.finish();

  AnalyzerOptions Analysis;
  Analysis.Checks = {"-*"};
  Analysis.Checks.insert(Analysis.Checks.end(), EnabledChecks.begin(),
                         EnabledChecks.end());
  Analysis.Options = Options;
  Analysis.IncludeTests = Settings.IncludeTests;
  for (FindingConfidence C : {FindingConfidence::Low, FindingConfidence::Medium,
                              FindingConfidence::High})
    if (Settings.LeastConfidence == name(C))
      Analysis.LeastConfidence = C;
  // Absolute: that is what the source manager can look up.
  Analysis.DisplayPath = [&Root](llvm::StringRef File) {
    return displayPath(File, Root, /*Cwd=*/"\n");
  };
  AnalysisResult Result =
      analyze(Program, *Knowledge, createChecks(), Analysis);
  Errors.insert(Errors.end(), Result.Errors.begin(), Result.Errors.end());
  Found = std::move(Result.Findings);
}

const std::vector<Finding> &TidyEngine::findings(clang::ASTContext &Context) {
  if (Analyzed != &Context) {
    Analyzed = &Context;
    Found.clear();
    Errors.clear();
    run(Context);
  }
  return Found;
}

} // namespace nostall

//===- TidyEngine.cpp - the engine inside clang-tidy ------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tidy-plugin/TidyEngine.h"

#include "engine/extract/ProjectRoot.h"
#include "engine/extract/TUSummaryExtractor.h"
#include "engine/knowledge/InstalledKnowledge.h"
#include "engine/summary/SummaryIO.h"
#include "rules/Registry.h"
#include "tidy-plugin/FileCache.h"
#include "tidy-plugin/Measured.h"
#include "tidy-plugin/ProgramSolver.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/VirtualFileSystem.h"

#include <map>
#include <mutex>
#include <optional>

namespace nostall {

std::shared_ptr<TidyEngine>
TidyEngine::of(const clang::tidy::ClangTidyContext *Context) {
  static std::mutex Mutex;
  static std::map<const clang::tidy::ClangTidyContext *,
                  std::weak_ptr<TidyEngine>>
      Engines;
  std::lock_guard<std::mutex> Lock(Mutex);
  // Contexts come and go; so do their addresses.
  std::erase_if(Engines, [](const auto &E) { return E.second.expired(); });
  std::weak_ptr<TidyEngine> &Known = Engines[Context];
  std::shared_ptr<TidyEngine> Engine = Known.lock();
  if (!Engine) {
    Engine = std::make_shared<TidyEngine>();
    Known = Engine;
  }
  return Engine;
}

static const std::string &startFolder() {
  static const std::string Folder = [] {
    llvm::SmallString<256> Cwd;
    // Unknown, it is not looked in.
    return llvm::sys::fs::current_path(Cwd) ? "" : std::string(Cwd);
  }();
  return Folder;
}

void TidyEngine::rememberStart() { startFolder(); }

/// The file that an option names. One that is not absolute is looked for where
/// the program was started, in the compile command's folder and in the root.
/// Empty, with an error, when it is in none of them.
std::string TidyEngine::located(llvm::StringRef Option,
                                const std::string &File) {
  if (llvm::sys::path::is_absolute(File))
    return File;
  llvm::SmallVector<std::string, 3> Tried;
  for (llvm::StringRef Folder : {llvm::StringRef(startFolder()),
                                 llvm::StringRef(CommandFolder),
                                 llvm::StringRef(Root)}) {
    if (Folder.empty())
      continue;
    llvm::SmallString<256> Path(Folder);
    llvm::sys::path::append(Path, File);
    llvm::sys::path::remove_dots(Path, /*remove_dot_dot=*/true);
    if (llvm::sys::fs::exists(Path))
      return std::string(Path);
    if (!llvm::is_contained(Tried, Path.str()))
      Tried.push_back(std::string(Path));
  }
  Errors.push_back((Option + ": no such file: " + llvm::join(Tried, ", ")).str());
  return "";
}

std::shared_ptr<const LUSummary> TidyEngine::index() {
  static FileCache<LUSummary> Cache;
  if (Settings.Index.empty())
    return nullptr;
  std::string File = located("nostall.Index", Settings.Index);
  if (File.empty())
    return nullptr;
  Sources += File + ' ' + FileStamp::of(File).text() + '\n';
  auto Read = Cache.get(File, [&] { return readSummaryFile(File); });
  if (Read)
    return *Read;
  Errors.push_back(llvm::toString(Read.takeError()));
  return nullptr;
}

/// The project's and the user's files.
std::vector<std::string> TidyEngine::knowledgeFiles() {
  std::vector<std::string> Files;
  if (std::optional<std::string> Own = projectKnowledgeFile(Root))
    Files.push_back(std::move(*Own));
  llvm::SmallVector<llvm::StringRef, 2> More;
  llvm::StringRef(Settings.Knowledge).split(More, ';', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef Name : More)
    if (std::string File = located("nostall.Knowledge", Name.str());
        !File.empty())
      Files.push_back(std::move(File));
  return Files;
}

namespace {
struct SharedKnowledge {
  std::shared_ptr<const KnowledgeBase> Base;
  std::vector<std::string> Errors;
  std::string Sources; ///< The versions of the files.
};
} // namespace

/// The built-in knowledge with these files. Without any, all projects share
/// one.
static SharedKnowledge knowledge(llvm::ArrayRef<std::string> Own,
                                 llvm::ArrayRef<std::string> Installed) {
  static std::mutex Mutex;
  static std::map<std::string, SharedKnowledge> Known;

  std::vector<std::string> Files(Own);
  Files.insert(Files.end(), Installed.begin(), Installed.end());
  std::string Names = llvm::join(Files, "\n") + "\n\n", Stamps;
  for (const std::string &File : Files)
    Stamps += FileStamp::of(File).text() + '\n';
  std::string Key = Names + Stamps;

  std::lock_guard<std::mutex> Lock(Mutex);
  // Older versions of the same files are not asked for again.
  std::erase_if(Known, [&](const auto &Entry) {
    return Entry.first != Key && llvm::StringRef(Entry.first).starts_with(Names);
  });
  SharedKnowledge &S = Known[Key];
  if (!S.Base) {
    auto Base = std::make_shared<KnowledgeBase>(KnowledgeBase::builtin());
    auto Add = [&](const std::string &File, KnowledgeOrigin Origin) {
      if (llvm::Error E = Base->addFile(File, Origin))
        S.Errors.push_back(llvm::toString(std::move(E)));
    };
    for (const std::string &File : Own)
      Add(File, KnowledgeOrigin::User);
    for (const std::string &File : Installed)
      Add(File, KnowledgeOrigin::Installed);
    S.Base = std::move(Base);
    S.Sources = Key;
  }
  return S;
}

/// Says in the messages what a trace has shown.
void TidyEngine::addMeasured() {
  static FileCache<MeasuredCosts> Cache;
  if (Settings.Measured.empty())
    return;
  std::string File = located("nostall.Measured", Settings.Measured);
  if (File.empty())
    return;
  auto Costs = Cache.get(File, [&] { return readMeasuredCosts(File); });
  if (!Costs) {
    Errors.push_back(llvm::toString(Costs.takeError()));
    return;
  }
  for (Finding &F : Found)
    if (auto It = (*Costs)->find(F.Fingerprint); It != (*Costs)->end())
      F.Message += " (" + It->second + ")";
}

void TidyEngine::run(clang::ASTContext &Context) {
  const clang::SourceManager &SM = Context.getSourceManager();
  clang::OptionalFileEntryRef Main =
      SM.getFileEntryRefForID(SM.getMainFileID());
  if (!Main)
    return;
  MainFile = realPath(Main->getName());
  Root = Settings.Root.empty()
             ? findProjectRoot(llvm::sys::path::parent_path(MainFile))
             : realPath(Settings.Root);
  auto Cwd = SM.getFileManager()
                 .getVirtualFileSystem()
                 .getCurrentWorkingDirectory();
  CommandFolder = Cwd ? *Cwd : "";
  std::vector<std::string> OwnFiles = knowledgeFiles();
  SharedKnowledge Known = knowledge(OwnFiles, {});

  ScopeOptions Scope;
  Scope.Roots = {Root};
  for (const auto &Library : Known.Base->libraries())
    Scope.SkipBodies.insert(Scope.SkipBodies.end(), Library->SkipBodies.begin(),
                            Library->SkipBodies.end());
  SolveRequest Request;
  Request.File = MainFile;
  Request.Unit = extractTUSummary(Context, Scope);
  Request.Rest = index();
  // What a library says of itself is known once its headers are.
  if (!Settings.WithoutInstalledKnowledge) {
    llvm::SmallVector<const SummaryTables *, 2> Programs = {&Request.Unit};
    if (Request.Rest)
      Programs.push_back(Request.Rest.get());
    if (std::vector<std::string> Installed = installedKnowledge(Programs, Root);
        !Installed.empty())
      Known = knowledge(OwnFiles, Installed);
  }
  llvm::append_range(Errors, Known.Errors);
  Request.Knowledge = std::move(Known.Base);
  Request.Sources = Sources + Known.Sources;
  Request.Options = analyzerOptions();
  AnalysisResult Result =
      Settings.Editor ? ProgramSolver::instance().findings(std::move(Request))
                      : solve(Request);
  Errors.insert(Errors.end(), Result.Errors.begin(), Result.Errors.end());
  Found = std::move(Result.Findings);
  addMeasured();
}

AnalyzerOptions TidyEngine::analyzerOptions() const {
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
  // Absolute: that is what the source manager can look up. By value: a
  // background analysis may outlive this engine.
  Analysis.DisplayPath = [Root = Root](llvm::StringRef File) {
    return displayPath(File, Root, /*Cwd=*/"\n");
  };
  return Analysis;
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

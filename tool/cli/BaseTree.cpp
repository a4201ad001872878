//===- BaseTree.cpp - the project as it was ---------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/BaseTree.h"

#include "engine/extract/ProjectRoot.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using clang::tooling::CompileCommand;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace nostall {

//===----------------------------------------------------------------------===//
// The files
//===----------------------------------------------------------------------===//

static llvm::Error failed(llvm::StringRef What, std::error_code EC) {
  return llvm::createStringError(EC, What + ": " + EC.message());
}

llvm::Expected<std::unique_ptr<BaseTree>>
BaseTree::create(const Git &Repository, std::string Commit) {
  std::unique_ptr<BaseTree> Tree(
      new BaseTree(Repository.top().str(), std::move(Commit)));
  if (std::error_code EC = Tree->Scratch.error())
    return failed("temporary folder", EC);
  Tree->Folder =
      realPath(Tree->Scratch.path()) + "/" + path::filename(Tree->Top).str();
  if (llvm::Error E = Tree->exportTo(Repository, Tree->Commit, Tree->Folder, 0))
    return std::move(E);
  return Tree;
}

llvm::Error BaseTree::exportTo(const Git &Repository, llvm::StringRef Commit,
                               llvm::StringRef Target, unsigned Depth) {
  if (std::error_code EC = fs::create_directories(Target))
    return failed(Target, EC);
  // An index of our own: the repository's is somebody's work.
  std::string Index = "GIT_INDEX_FILE=" + Scratch.path() + "/index";
  llvm::Expected<std::string> Read =
      Repository.run({"read-tree", Commit}, {Index});
  if (!Read)
    return Read.takeError();
  std::string Prefix = "--prefix=" + Target.str() + "/";
  llvm::Expected<std::string> Out =
      Repository.run({"checkout-index", "--all", "--quiet", Prefix}, {Index});
  if (!Out)
    return Out.takeError();
  llvm::Expected<std::string> Entries =
      Repository.run({"ls-files", "--stage", "-z"}, {Index});
  if (!Entries)
    return Entries.takeError();
  llvm::SmallVector<llvm::StringRef> Lines;
  llvm::StringRef(*Entries).split(Lines, '\0', -1, /*KeepEmpty=*/false);
  constexpr unsigned MaxDepth = 8; // Of submodules in submodules.
  for (llvm::StringRef Line : Lines) {
    // "160000 ID 0\tPATH" is a submodule.
    if (!Line.consume_front("160000 "))
      continue;
    auto [Id, Path] = Line.split('\t');
    Id = Id.split(' ').first;
    std::string Inner = (Repository.top() + "/" + Path).str();
    llvm::Expected<Git> Sub =
        Git::open(repositoryRoot(Inner) == Inner ? Inner : "");
    llvm::Error E =
        Sub && Depth < MaxDepth
            ? exportTo(*Sub, Id, (Target + "/" + Path).str(), Depth + 1)
            : Sub.takeError();
    if (!Sub || E)
      Missing.push_back(Path.str());
    llvm::consumeError(std::move(E));
  }
  return llvm::Error::success();
}

static bool isBelow(llvm::StringRef Path, llvm::StringRef Directory) {
  return Path.consume_front(Directory) &&
         (Path.empty() || Path.starts_with("/"));
}

std::string BaseTree::mapped(llvm::StringRef Path) const {
  std::string Real = realPath(Path);
  if (!isBelow(Real, Top))
    return Path.str();
  std::string There = Folder + Real.substr(Top.size());
  return fs::exists(There) ? There : Path.str();
}

//===----------------------------------------------------------------------===//
// The commands
//===----------------------------------------------------------------------===//

static std::string absolute(llvm::StringRef Path, llvm::StringRef Directory) {
  if (path::is_absolute(Path))
    return Path.str();
  llvm::SmallString<256> Out(Directory);
  path::append(Out, Path);
  return std::string(Out);
}

/// Options whose argument is a path, joined or as the next argument. Longer
/// ones first: "-include-pch" begins with "-include".
static constexpr llvm::StringLiteral PathOptions[] = {"-iwithprefixbefore",
                                                      "-include-pch",
                                                      "-cxx-isystem",
                                                      "-idirafter",
                                                      "-isystem",
                                                      "-isysroot",
                                                      "--sysroot=",
                                                      "-include",
                                                      "-imacros",
                                                      "-iquote",
                                                      "-I",
                                                      "-F",
                                                      "-B",
                                                      "@"};

/// One argument; relative paths become absolute, since the command is run in
/// the working tree's build folder, where the base's generated files are.
static std::string mapArgument(llvm::StringRef Arg, llvm::StringRef Directory,
                               const BaseTree &Tree, bool IsPath) {
  if (IsPath)
    return Tree.mapped(absolute(Arg, Directory));
  for (llvm::StringRef Option : PathOptions) {
    llvm::StringRef Path = Arg;
    if (!Path.consume_front(Option) || Path.empty())
      continue;
    // "-isystem=DIR" and "-I=DIR" mean the sysroot.
    if (Path.starts_with("="))
      break;
    return Option.str() + Tree.mapped(absolute(Path, Directory));
  }
  if (Arg.starts_with("/"))
    return Tree.mapped(Arg);
  // "-fmodule-map-file=/path", "-DNAME=/path"
  if (size_t At = Arg.find("=/"); At != llvm::StringRef::npos)
    return Arg.take_front(At + 1).str() + Tree.mapped(Arg.drop_front(At + 1));
  return Arg.str();
}

static CompileCommand mapCommand(const CompileCommand &Head,
                                 llvm::StringRef BaseFile,
                                 const BaseTree &Tree) {
  CompileCommand Out = Head;
  std::string HeadFile = realPath(Head.Filename);
  bool NextIsPath = false;
  for (size_t I = 1; I < Out.CommandLine.size(); ++I) {
    std::string &Arg = Out.CommandLine[I];
    bool IsOption = llvm::StringRef(Arg).starts_with("-");
    if (!NextIsPath && !IsOption &&
        realPath(absolute(Arg, Head.Directory)) == HeadFile) {
      Arg = BaseFile.str();
      continue;
    }
    bool IsPath = NextIsPath;
    NextIsPath = !IsPath && llvm::is_contained(PathOptions, Arg);
    if (!NextIsPath)
      Arg = mapArgument(Arg, Head.Directory, Tree, IsPath);
  }
  Out.Filename = BaseFile.str();
  return Out;
}

static bool isSource(llvm::StringRef Path) {
  return llvm::is_contained({".c", ".cc", ".cpp", ".cxx", ".c++", ".C"},
                            path::extension(Path));
}

/// The command of the file that has the longest beginning in common.
static const CompileCommand *nearest(llvm::ArrayRef<CompileCommand> Head,
                                     llvm::StringRef File) {
  const CompileCommand *Best = nullptr;
  size_t BestCommon = 0;
  for (const CompileCommand &C : Head) {
    // A C file does not take a C++ file's options.
    if ((path::extension(C.Filename) == ".c") !=
        (path::extension(File) == ".c"))
      continue;
    size_t Common = 0;
    while (Common < File.size() && Common < C.Filename.size() &&
           File[Common] == C.Filename[Common])
      ++Common;
    if (!Best || Common > BestCommon) {
      Best = &C;
      BestCommon = Common;
    }
  }
  return Best;
}

std::vector<CompileCommand> baseCommands(llvm::ArrayRef<CompileCommand> Head,
                                         const Git &Repository,
                                         const BaseTree &Tree,
                                         const GitChanges &Changes,
                                         std::vector<std::string> *Guessed) {
  std::vector<CompileCommand> Out;
  std::string Top = Repository.top().str();
  llvm::StringSet<> Has;
  for (const CompileCommand &C : Head) {
    std::string File = realPath(C.Filename);
    if (!isBelow(File, Top)) {
      Out.push_back(mapCommand(C, C.Filename, Tree));
      continue;
    }
    std::string Old = Changes.oldPath(File.substr(Top.size() + 1));
    std::string There = (Tree.folder() + "/" + Old).str();
    if (Old.empty())
      continue; // New since.
    if (!fs::exists(There)) {
      // Not of the repository: generated. As good as the base's own.
      Out.push_back(mapCommand(C, C.Filename, Tree));
      continue;
    }
    if (Has.insert(Old).second)
      Out.push_back(mapCommand(C, There, Tree));
  }
  for (const GitChanges::File &F : Changes.Files) {
    if (!Guessed || !F.NewPath.empty() || !isSource(F.OldPath) ||
        Has.contains(F.OldPath))
      continue;
    std::string Gone = Top + "/" + F.OldPath;
    const CompileCommand *Like = nearest(Head, Gone);
    if (!Like)
      continue;
    Out.push_back(
        mapCommand(*Like, (Tree.folder() + "/" + F.OldPath).str(), Tree));
    Guessed->push_back(F.OldPath);
  }
  llvm::sort(Out, [](const CompileCommand &A, const CompileCommand &B) {
    return A.Filename < B.Filename;
  });
  return Out;
}

} // namespace nostall

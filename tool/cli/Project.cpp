//===- Project.cpp - what to analyse ----------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/Project.h"

#include "engine/extract/ProjectRoot.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <map>

using clang::tooling::CompilationDatabase;
using clang::tooling::CompileCommand;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace nostall {

static bool isBelow(llvm::StringRef Path, llvm::StringRef Directory) {
  return Path.consume_front(Directory) &&
         (Path.empty() || Path.starts_with("/") || Directory == "/");
}

//===----------------------------------------------------------------------===//
// The compilation database
//===----------------------------------------------------------------------===//

std::optional<std::string> findBuildPath(llvm::StringRef Start,
                                         std::vector<std::string> *Looked) {
  for (llvm::StringRef Dir = Start; !Dir.empty(); Dir = path::parent_path(Dir)) {
    for (llvm::StringRef Sub :
         {".nostall/build", "", "build", "out", "builddir", "_build"}) {
      llvm::SmallString<256> File(Dir);
      if (!Sub.empty())
        path::append(File, Sub);
      std::string Found(File);
      path::append(File, "compile_commands.json");
      if (Looked)
        Looked->push_back(std::string(File));
      if (fs::exists(File))
        return Found;
    }
    if (Dir == "/")
      break;
  }
  return std::nullopt;
}

/// The file of a command, absolute. The database's own name for it may go
/// through "..".
static std::string absolute(const CompileCommand &Command) {
  llvm::SmallString<256> File(Command.Filename);
  if (!path::is_absolute(File)) {
    File = Command.Directory;
    path::append(File, Command.Filename);
  }
  return std::string(File);
}

static std::string sourceOf(const CompileCommand &Command) {
  return realPath(absolute(Command));
}

/// "@FILE" at the beginning of an argument: Clang's reader of databases puts
/// the file's content in its place.
static bool mentionsFiles(llvm::StringRef Database) {
  auto Bytes = llvm::MemoryBuffer::getFile(Database);
  if (!Bytes)
    return false;
  llvm::StringRef Text = (*Bytes)->getBuffer();
  for (size_t At = Text.find('@'); At != llvm::StringRef::npos;
       At = Text.find('@', At + 1))
    if (At && llvm::StringRef(" \t\"'").contains(Text[At - 1]))
      return true;
  return false;
}

/// C and C++ only: a database may list assembler, Objective-C, CUDA.
static bool isCOrCxx(llvm::StringRef File) {
  llvm::StringRef Ext = path::extension(File);
  static constexpr llvm::StringLiteral Known[] = {
      ".c", ".cc", ".cpp", ".cxx", ".c++", ".C", ".cp", ".ixx", ".cppm",
      ".tcc", ".ipp"};
  return llvm::is_contained(Known, Ext);
}

//===----------------------------------------------------------------------===//
// The root
//===----------------------------------------------------------------------===//

static std::string commonDirectory(llvm::ArrayRef<std::string> Files) {
  if (Files.empty())
    return "/";
  std::string Common = path::parent_path(Files.front()).str();
  for (llvm::StringRef File : Files)
    while (!isBelow(File, Common) && Common != "/")
      Common = path::parent_path(Common).str();
  return Common;
}

//===----------------------------------------------------------------------===//

std::string whyUnknown(llvm::StringRef Path) {
  if (!fs::exists(Path))
    return "no such file";
  static constexpr llvm::StringLiteral Headers[] = {
      ".h", ".hh", ".hpp", ".hxx", ".h++", ".H", ".inl"};
  if (llvm::is_contained(Headers, path::extension(Path)))
    return "a header: name a source that includes it";
  return "no compile command for it";
}

static std::vector<CompileCommand> select(std::vector<CompileCommand> All,
                                          llvm::ArrayRef<std::string> Paths,
                                          std::vector<std::string> &Unknown) {
  std::map<std::string, CompileCommand> Sorted;
  std::vector<std::string> Wanted;
  for (const std::string &P : Paths)
    Wanted.push_back(realPath(P));
  std::vector<bool> Covered(Wanted.size());
  for (CompileCommand &Command : All) {
    std::string File = sourceOf(Command);
    if (!isCOrCxx(File))
      continue;
    bool Chosen = Wanted.empty();
    for (size_t I = 0; I < Wanted.size(); ++I)
      if (isBelow(File, Wanted[I])) {
        Chosen = true;
        Covered[I] = true;
      }
    // A file that is compiled for several targets counts once.
    if (Chosen)
      Sorted.try_emplace(std::move(File), std::move(Command));
  }
  for (size_t I = 0; I < Wanted.size(); ++I)
    if (!Covered[I])
      Unknown.push_back(Paths[I]);
  std::vector<CompileCommand> Commands;
  for (auto &[File, Command] : Sorted) {
    Command.Filename = File;
    Commands.push_back(std::move(Command));
  }
  return Commands;
}

llvm::Expected<Project> findProject(const ProjectOptions &Options) {
  llvm::SmallString<256> Cwd;
  if (std::error_code EC = fs::current_path(Cwd))
    return llvm::createStringError(EC, "working directory: %s",
                                   EC.message().c_str());
  Project P;
  std::vector<CompileCommand> All;
  std::string BuildRoot;
  if (Options.FixedCommand) {
    for (const std::string &File : Options.Paths) {
      // The system's compiler, whichever it is: a command of Clang would not
      // be given the coroutines that GCC has (engine/extract/GccCommand.h).
      std::vector<std::string> Line = {
          path::extension(File) == ".c" ? "cc" : "c++"};
      Line.insert(Line.end(), Options.FixedCommand->begin(),
                  Options.FixedCommand->end());
      Line.push_back(realPath(File));
      All.emplace_back(Cwd, realPath(File), Line, "");
    }
  } else {
    std::string BuildPath = Options.BuildPath;
    if (BuildPath.empty()) {
      std::string Start =
          Options.Paths.empty()
              ? std::string(Cwd)
              : path::parent_path(realPath(Options.Paths.front())).str();
      std::optional<std::string> Found = findBuildPath(Start, &P.Looked);
      if (!Found)
        return llvm::createStringError(
            "no compile_commands.json found in or above %s, nor in its "
            "'build'; name its folder with -p, or give a compile command "
            "after --",
            Start.c_str());
      BuildPath = *Found;
    } else if (!fs::is_directory(BuildPath)) {
      return llvm::createStringError("%s: no such folder", BuildPath.c_str());
    } else if (!fs::exists(BuildPath + "/compile_commands.json") &&
               !fs::exists(BuildPath + "/compile_flags.txt")) {
      return llvm::createStringError("%s: no compile_commands.json in it",
                                     BuildPath.c_str());
    }
    std::string Error;
    std::unique_ptr<CompilationDatabase> Database =
        CompilationDatabase::loadFromDirectory(BuildPath, Error);
    if (!Database)
      return llvm::createStringError("%s: no compile_commands.json that can "
                                     "be read: %s",
                                     BuildPath.c_str(),
                                     llvm::StringRef(Error).rtrim().str().c_str());
    All = Database->getAllCompileCommands();
    BuildRoot = realPath(BuildPath);
    for (const char *Name : {"compile_commands.json", "compile_flags.txt"})
      P.Looked.push_back(BuildPath + "/" + Name);
    P.HasResponseFiles = mentionsFiles(BuildPath + "/compile_commands.json");
  }

  // Generated sources say nothing of where the project is; in a build inside
  // the source tree, all of them stand below the build's folder.
  std::vector<std::string> Files, Generated;
  for (const CompileCommand &Command : All) {
    std::string File = sourceOf(Command);
    P.Listed.push_back(absolute(Command));
    bool Below = !BuildRoot.empty() && isBelow(File, BuildRoot);
    (Below ? Generated : Files).push_back(std::move(File));
  }
  if (Files.empty())
    Files = std::move(Generated);
  P.Commands = select(std::move(All), Options.Paths, P.Unknown);

  if (!Options.Root.empty())
    P.Roots.push_back(realPath(Options.Root));
  else
    P.Roots.push_back(findProjectRoot(commonDirectory(Files)));
  // Generated sources are the project's as well.
  if (!BuildRoot.empty() && !isBelow(BuildRoot, P.Roots.front()) &&
      !isBelow(P.Roots.front(), BuildRoot))
    P.Roots.push_back(BuildRoot);
  P.KnowledgeFile = projectKnowledgeFile(P.Roots.front());
  P.Looked.insert(P.Looked.end(), Options.Paths.begin(), Options.Paths.end());
  for (llvm::StringRef Mark : projectMarks())
    P.Looked.push_back(P.Roots.front() + "/" + Mark.str());
  // To the top: the repository may begin above the project.
  std::string Start = commonDirectory(Files);
  for (llvm::StringRef Dir = Start; !Dir.empty(); Dir = path::parent_path(Dir)) {
    for (llvm::StringRef Mark : projectMarks())
      P.Looked.push_back((Dir + "/" + Mark).str());
    if (Dir == "/")
      break;
  }
  return P;
}

} // namespace nostall

//===- InitCommand.cpp - nostall init ---------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sets a project up for the editor and the command line: the folder .nostall,
// in which the index is kept, and where the compile commands are. Adds what is
// missing and changes nothing that is there; run twice, it says the same.
//
//===----------------------------------------------------------------------===//

#include "cli/Commands.h"

#include "cli/Project.h"
#include "engine/extract/GccCommand.h"
#include "engine/extract/ProjectRoot.h"
#include "engine/knowledge/KnowledgeBase.h"

#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <fmt/format.h>

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace nostall {
namespace {

struct InitArguments {
  std::string Root;
  std::string BuildPath;
};

std::string join(llvm::StringRef Folder, llvm::StringRef Name) {
  llvm::SmallString<256> Path(Folder);
  path::append(Path, Name);
  return std::string(Path);
}

/// Writes a file that is not there yet.
bool create(const std::string &Path, llvm::StringRef Text) {
  std::error_code EC;
  llvm::raw_fd_ostream OS(Path, EC, fs::CD_CreateNew);
  if (!EC) {
    OS << Text;
    OS.close();
    EC = OS.error();
    OS.clear_error();
  }
  if (EC) {
    printError(Path + ": " + EC.message());
    return false;
  }
  llvm::outs() << "created " << Path << '\n';
  return true;
}

class InitRun {
public:
  explicit InitRun(const InitArguments &Args) : Args(Args) {}
  int run();

private:
  bool prepare();
  bool createState();
  bool linkBuild();
  bool configureClangd();
  void sayNext();
  void sayOptionsOfOthers();

  const InitArguments &Args;
  std::string Root;
  std::string Build;     ///< The folder with compile_commands.json; may be "".
  bool IsFound = false;  ///< Build is where everybody looks.
};

bool InitRun::prepare() {
  llvm::SmallString<256> Cwd;
  if (std::error_code EC = fs::current_path(Cwd)) {
    printError("working directory: " + EC.message());
    return false;
  }
  Root = Args.Root.empty() ? findProjectRoot(realPath(Cwd))
                           : realPath(Args.Root);
  if (!fs::is_directory(Root)) {
    printError(Root + ": no such folder");
    return false;
  }
  std::optional<std::string> Found = findBuildPath(Root);
  // What lies above is another project's.
  if (Found && !llvm::StringRef(*Found).starts_with(Root))
    Found.reset();
  if (Found)
    Build = realPath(*Found);
  IsFound = Found.has_value();
  if (Args.BuildPath.empty())
    return true;
  std::string Given = realPath(Args.BuildPath);
  if (!fs::exists(join(Given, "compile_commands.json"))) {
    printError(Args.BuildPath + ": no compile_commands.json in it");
    return false;
  }
  IsFound = Found && Given == Build;
  Build = Given;
  return true;
}

/// .nostall, which holds nothing that belongs into a repository.
bool InitRun::createState() {
  std::string Folder = join(Root, ".nostall");
  if (std::error_code EC = fs::create_directory(Folder)) {
    printError(Folder + ": " + EC.message());
    return false;
  }
  std::string Ignore = join(Folder, ".gitignore");
  if (fs::exists(Ignore)) {
    llvm::outs() << Folder << " is there already\n";
    return true;
  }
  return create(Ignore, "*\n");
}

/// nostall finds a build folder of an unusual name by .nostall/build.
bool InitRun::linkBuild() {
  if (Build.empty() || IsFound)
    return true;
  std::string Link = join(join(Root, ".nostall"), "build");
  fs::file_status Known;
  if (!fs::status(Link, Known, /*follow=*/false)) {
    if (realPath(Link) == Build)
      return true;
    printError(Link + ": leads elsewhere (" + realPath(Link) +
               "); remove it first");
    return false;
  }
  if (std::error_code EC = fs::create_link(Build, Link)) {
    printError(Link + ": " + EC.message());
    return false;
  }
  llvm::outs() << "created " << Link << " -> " << Build << '\n';
  return true;
}

/// clangd looks in the file's folder and above, and in their folders "build";
/// it has to be told of any other. It needs nothing else.
bool InitRun::configureClangd() {
  llvm::StringRef Here = Build;
  if (Build.empty() || Here == Root || Here == join(Root, "build"))
    return true;
  std::string Shown = Build;
  if (Here.consume_front(Root) && Here.consume_front("/"))
    Shown = Here.str();
  std::string Section =
      fmt::format("CompileFlags:\n  CompilationDatabase: {}\n", Shown);
  std::string File = join(Root, ".clangd");
  if (!fs::exists(File))
    return create(File, Section);
  auto Text = llvm::MemoryBuffer::getFile(File);
  if (!Text) {
    printError(File + ": " + Text.getError().message());
    return false;
  }
  if (!(*Text)->getBuffer().contains("CompilationDatabase:"))
    llvm::outs() << File << " is yours; for the editor, add to it:\n"
                 << "---\n" << Section;
  else
    llvm::outs() << File << " is there already\n";
  return true;
}

void InitRun::sayNext() {
  if (Build.empty()) {
    llvm::outs() << "No compile_commands.json was found in " << Root
                 << " or its 'build'. nostall needs one. With CMake:\n"
                 << "  cmake -B build -DCMAKE_EXPORT_COMPILE_COMMANDS=ON\n"
                 << "or name its folder:\n"
                 << "  nostall init -p FOLDER\n"
                 << "Without one:\n"
                 << "  nostall check FILE -- COMPILER-OPTIONS\n"
                 << "  nostall run -- PROGRAM # measure\n";
    return;
  }
  llvm::outs() << "compile commands: " << Build << "/compile_commands.json\n"
               << "Next:\n"
               << "  nostall check          # all findings; writes the index "
                  "for the editor\n"
               << "  nostall-clangd         # in the place of clangd in your "
                  "editor: man nostall-clangd\n"
               << "  nostall run -- PROGRAM # measure\n";
}

/// What the names of headers begin with whose libraries have to be told that
/// there are coroutines: "boost/asio", where the knowledge has boost/asio.hpp
/// and others below boost/asio.
std::vector<std::string> headersWithGccCoroutines() {
  std::vector<std::string> Found;
  KnowledgeBase Knowledge = KnowledgeBase::builtin();
  for (const std::unique_ptr<LibraryKnowledge> &L : Knowledge.libraries()) {
    if (!llvm::is_contained(L->VerifyFlags, gccCoroutineOptions().front()))
      continue;
    for (const std::string &Header : L->Headers) {
      std::string Folder = Header.substr(0, Header.rfind('.'));
      if (llvm::any_of(L->Headers, [&](llvm::StringRef Other) {
            return Other.starts_with(Folder + "/");
          }))
        Found.push_back(Folder);
    }
  }
  return Found;
}

/// Whether the project's own text includes one of these headers. \p Build is
/// left out, and so is what is hidden; what cannot be read is as if it were
/// not.
bool includesAny(llvm::ArrayRef<std::string> Headers, llvm::StringRef Root,
                 llvm::StringRef Build) {
  static constexpr llvm::StringLiteral Extensions[] = {
      ".h", ".hh", ".hpp", ".hxx", ".ipp", ".cc", ".cpp", ".cxx", ".C"};
  std::error_code EC;
  for (fs::recursive_directory_iterator It(Root, EC, /*follow_symlinks=*/false),
       End;
       It != End; It.increment(EC)) {
    llvm::StringRef Path = It->path();
    if (path::filename(Path).starts_with(".") || Path == Build) {
      It.no_push();
      continue;
    }
    if (!llvm::is_contained(Extensions, path::extension(Path)) ||
        It->type() == fs::file_type::directory_file)
      continue;
    auto Text = llvm::MemoryBuffer::getFile(Path);
    if (Text && llvm::any_of(Headers, [&](const std::string &Header) {
          llvm::StringRef In = (*Text)->getBuffer();
          return In.contains("<" + Header) || In.contains("\"" + Header);
        }))
      return true;
  }
  return false;
}

/// nostall and nostall-clangd adapt GCC's commands; clang-tidy and clangd have
/// to be told. Which Asio it is, the user knows best.
void InitRun::sayOptionsOfOthers() {
  if (Build.empty())
    return;
  std::string Error;
  auto Database =
      clang::tooling::CompilationDatabase::loadFromDirectory(Build, Error);
  if (!Database) {
    printError(Build + ": no compile_commands.json that can be read: " +
               llvm::StringRef(Error).rtrim().str());
    return;
  }
  auto HasCoroutines = [](const clang::tooling::CompileCommand &Command) {
    return hasGccCoroutines(adaptedToClang(Command.CommandLine));
  };
  if (llvm::none_of(Database->getAllCompileCommands(), HasCoroutines) ||
      !includesAny(headersWithGccCoroutines(), Root, Build))
    return;
  std::string List = llvm::join(gccCoroutineOptions(), ", ");
  llvm::outs() << "The compile commands are GCC's. For clang-tidy and plain "
                  "clangd to see coroutines of\n"
                  "Asio up to 1.22 (Boost up to 1.77), add\n"
               << "  to .clang-tidy\n"
               << "    ExtraArgs: [" << List << "]\n"
               << "  to .clangd, as a section of its own\n"
               << "    ---\n"
               << "    If: {PathExclude: '.*\\.c'}\n"
               << "    CompileFlags: {Add: [" << List << "]}\n";
}

int InitRun::run() {
  if (!prepare())
    return EX_Incomplete;
  if (!createState() || !linkBuild() || !configureClangd())
    return EX_Incomplete;
  sayNext();
  sayOptionsOfOthers();
  return EX_Clean;
}

} // namespace

void addInitCommand(CLI::App &App, int &Exit) {
  auto Args = std::make_shared<InitArguments>();
  CLI::App *Sub = App.add_subcommand(
      "init", "Set a project up for the editor; overwrite nothing");
  Sub->add_option("--root", Args->Root,
                  "The project's root (default: the checkout)")
      ->type_name("FOLDER");
  Sub->add_option("-p,--build", Args->BuildPath,
                  "Folder with compile_commands.json")
      ->type_name("FOLDER");
  Sub->callback([Args, &Exit] { Exit = InitRun(*Args).run(); });
}

} // namespace nostall

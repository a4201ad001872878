//===- Main.cpp - the nostall program ---------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/Commands.h"

#include "cli/Messages.h"
#include "cli/Program.h"
#include "cli/RunCache.h"

#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

#include <fmt/format.h>

namespace nostall {
void printError(const std::string &Text) {
  messages() << "nostall: error: " << Text;
  if (Text.empty() || Text.back() != '\n')
    messages() << '\n';
}
} // namespace nostall

namespace {

/// One line: what is wrong, and where to read on.
std::string usageError(const CLI::App *App, const CLI::Error &E) {
  // Given commands are on record, also those of which something was wrong.
  std::vector<CLI::App *> Given = App->get_subcommands();
  std::string Command = App->get_name(), Text = E.what();
  std::vector<std::string> Left = App->remaining();
  if (!Given.empty())
    Command += " " + Given.front()->get_name();
  else if (!Left.empty())
    Text = fmt::format("{}: no such {}", Left.front(),
                       llvm::StringRef(Left.front()).starts_with("-") ? "option" : "command");
  return fmt::format("nostall: error: {}; see {} --help\n", Text, Command);
}

/// As "nostall-g++" and the like the program stands in that compiler's place:
/// "nostall-g++ --nostall-root=X -c y.cpp" is "nostall summarize --root=X --
/// g++ -c y.cpp". Nothing if it has its own name. In icecream's environments
/// it has the very name of the compiler.
std::vector<std::string> compilerArguments(int Argc, char **Argv) {
  llvm::StringRef Name = llvm::sys::path::filename(Argv[0]);
  if (!Name.consume_front("nostall-") && Name != "gcc" && Name != "g++" &&
      Name != "clang" && Name != "clang++")
    return {};
  std::vector<std::string> Own = {Argv[0], "summarize"};
  std::vector<std::string> Compiler = {"--", Name.str()};
  for (int I = 1; I < Argc; ++I) {
    llvm::StringRef Argument = Argv[I];
    if (Argument.consume_front("--nostall-"))
      Own.push_back("--" + Argument.str());
    else
      Compiler.push_back(Argv[I]);
  }
  Own.insert(Own.end(), Compiler.begin(), Compiler.end());
  return Own;
}

int runCommand(int Argc, char **Argv) {
  using namespace nostall;
  programArguments().assign(Argv + 1, Argv + Argc);
  CLI::App App("Finds what stalls the event loop of C++ programs.", "nostall");
  App.require_subcommand(1);
  App.set_version_flag("--version", "nostall " NOSTALL_VERSION);
  App.failure_message(usageError);

  // Ours ends at "--"; the rest is a compiler's, or a program to run.
  int Own = 1;
  while (Own < Argc && llvm::StringRef(Argv[Own]) != "--")
    ++Own;
  CompilerArguments Compiler;
  if (Own < Argc)
    Compiler.emplace(Argv + Own + 1, Argv + Argc);

  int Exit = EX_Clean;
  addCheckCommand(App, Compiler, Exit);
  addInitCommand(App, Exit);
  addCacheCommand(App, Exit);
  addSummarizeCommand(App, Compiler, Exit);
  addUnitsCommand(App, Exit);
  addSummaryCommands(App, Exit);
  addExplainCommands(App, Exit);
  addRunCommand(App, Compiler, Exit);
  addReportCommand(App, Exit);
  addLearnCommand(App, Exit);
  addCalibrateCommand(App, Exit);
  addDescribeCommand(App, Exit);

  try {
    App.parse(Own, Argv);
  } catch (const CLI::ParseError &E) {
    // CLI11's own codes are its affair; ours has three.
    return App.exit(E) == 0 ? EX_Clean : EX_Incomplete;
  }
  return Exit;
}

/// Exit codes are those of compilers as well.
int runAsCompiler(std::vector<std::string> Arguments) {
  if (Arguments.back() == "--version") {
    llvm::outs() << nostall::programIdentity() << '\n';
    return 0;
  }
  std::vector<char *> Pointers;
  for (std::string &Argument : Arguments)
    Pointers.push_back(Argument.data());
  Pointers.push_back(nullptr);
  return runCommand(Arguments.size(), Pointers.data()) == 0 ? 0 : 1;
}

} // namespace

/// Called by the launcher.
extern "C" __attribute__((visibility("default"))) int
nostall_main(int Argc, char **Argv) {
  std::vector<std::string> AsCompiler = compilerArguments(Argc, Argv);
  return AsCompiler.empty() ? runCommand(Argc, Argv)
                            : runAsCompiler(std::move(AsCompiler));
}

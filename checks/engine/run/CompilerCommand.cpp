//===- CompilerCommand.cpp - what a compiler is asked to do -----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/run/CompilerCommand.h"

#include "clang/Basic/MakeSupport.h"
#include "clang/Driver/Options.h"
#include "clang/Driver/Types.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/StringSaver.h"

using namespace llvm;
namespace options = clang::driver::options;
namespace types = clang::driver::types;

namespace nostall {

static bool isSource(StringRef File) {
  types::ID Type = types::lookupTypeForExtension(
      sys::path::extension(File).ltrim('.'));
  return Type != types::TY_INVALID && types::isAcceptedByClang(Type) &&
         types::isDerivedFromC(Type);
}

/// GCC's word for it, which Clang does not know.
static void translatePreprocessed(std::vector<std::string> &Line,
                                  StringRef Source) {
  auto It = llvm::find(Line, "-fpreprocessed");
  if (It == Line.end())
    return;
  bool IsC = sys::path::extension(Source) == ".c" ||
             sys::path::extension(Source) == ".i";
  auto Language = llvm::find(Line, "-x");
  if (Language != Line.end() && Language + 1 != Line.end()) {
    IsC = Language[1] == "c" || Language[1] == "cpp-output";
    Line.erase(Language, Language + 2);
    It = llvm::find(Line, "-fpreprocessed");
  }
  *It = IsC ? "cpp-output" : "c++-cpp-output";
  Line.insert(It, "-x");
}

static clang::DependencyOutputOptions
dependenciesOf(const opt::InputArgList &Args) {
  clang::DependencyOutputOptions Dependencies;
  Dependencies.IncludeSystemHeaders = !Args.hasArg(options::OPT_MMD);
  Dependencies.UsePhonyTargets = Args.hasArg(options::OPT_MP);
  Dependencies.OutputFile = Args.getLastArgValue(options::OPT_MF).str();
  for (const opt::Arg *Target :
       Args.filtered(options::OPT_MT, options::OPT_MQ)) {
    if (Target->getOption().matches(options::OPT_MT)) {
      Dependencies.Targets.push_back(Target->getValue());
      continue;
    }
    SmallString<128> Quoted;
    clang::quoteMakeTarget(Target->getValue(), Quoted);
    Dependencies.Targets.push_back(std::string(Quoted));
  }
  return Dependencies;
}

/// The driver's "-Wp,-MD,FILE" and "-Wp,-MMD,FILE".
static std::optional<clang::DependencyOutputOptions>
dependenciesByPreprocessor(const opt::InputArgList &Args) {
  for (const opt::Arg *A : Args.filtered(options::OPT_Wp_COMMA)) {
    if (A->getNumValues() < 2)
      continue;
    StringRef Option = A->getValue(0);
    if (Option != "-MD" && Option != "-MMD")
      continue;
    clang::DependencyOutputOptions Dependencies = dependenciesOf(Args);
    Dependencies.IncludeSystemHeaders = Option == "-MD";
    Dependencies.OutputFile = A->getValue(1);
    return Dependencies;
  }
  return std::nullopt;
}

static Error findSource(const opt::InputArgList &Args,
                        CompilerCommand &Command) {
  const bool HasLanguage = Args.hasArg(options::OPT_x);
  for (const std::string &File : Args.getAllArgValues(options::OPT_INPUT)) {
    if (File != "-" && !HasLanguage && !isSource(File))
      continue;
    if (!Command.Source.empty())
      return createStringError("one source at a time, not %s and %s",
                               Command.Source.c_str(), File.c_str());
    Command.Source = File;
  }
  if (Command.Source.empty())
    return createStringError("the compile command names no C or C++ file");
  return Error::success();
}

Expected<CompilerCommand>
parseCompilerCommand(ArrayRef<std::string> Arguments) {
  if (Arguments.empty())
    return createStringError("no compile command");
  BumpPtrAllocator Memory;
  StringSaver Saver(Memory);
  SmallVector<const char *, 64> Line;
  for (const std::string &Argument : Arguments)
    Line.push_back(Argument.c_str());
  cl::ExpansionContext Context(Memory, cl::TokenizeGNUCommandLine);
  if (Error E = Context.expandResponseFiles(Line))
    return E;

  unsigned MissingIndex = 0, MissingCount = 0;
  opt::InputArgList Args = clang::driver::getDriverOptTable().ParseArgs(
      ArrayRef(Line).drop_front(), MissingIndex, MissingCount,
      opt::Visibility(options::ClangOption));
  if (MissingCount)
    return createStringError("%s: its argument is missing",
                             Args.getArgString(MissingIndex));
  for (options::ID Only : {options::OPT_M, options::OPT_MM})
    if (const opt::Arg *A = Args.getLastArg(Only))
      return createStringError("%s: only with a compilation; take -MD",
                               A->getSpelling().str().c_str());

  CompilerCommand Command;
  if (Error E = findSource(Args, Command))
    return E;
  Command.Output = Args.getLastArgValue(options::OPT_o).str();
  Command.PreprocessOnly = Args.hasArg(options::OPT_E);
  if (Args.hasArg(options::OPT_MD, options::OPT_MMD))
    Command.Dependencies = dependenciesOf(Args);
  else
    Command.Dependencies = dependenciesByPreprocessor(Args);
  for (const opt::Arg *A : Args.filtered(options::OPT_ffile_prefix_map_EQ,
                                         options::OPT_fdebug_prefix_map_EQ)) {
    auto [From, To] = StringRef(A->getValue()).split('=');
    Command.PrefixMap.emplace_back(From.str(), To.str());
  }
  // By place: another option's value may look the same.
  DenseSet<unsigned> Dropped;
  for (const opt::Arg *A : Args.filtered(options::OPT_E))
    Dropped.insert(A->getIndex() + 1);
  for (unsigned I = 0; I != Line.size(); ++I)
    if (!Dropped.contains(I))
      Command.Line.push_back(Line[I]);
  translatePreprocessed(Command.Line, Command.Source);
  return Command;
}

} // namespace nostall

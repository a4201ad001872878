//===- CheckSettings.cpp - what 'nostall check' is to do --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/CheckSettings.h"

#include "calibrate/CostsFile.h"
#include "cli/Commands.h"
#include "engine/check/Suppressions.h"
#include "rules/Registry.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <fmt/format.h>

namespace nostall {

bool areFilesThere(const CheckArguments &Args, const ReportFiles &Reports) {
  bool Good = true;
  auto Fail = [&](const std::string &Path, std::error_code EC) {
    printError(Path + ": " + EC.message());
    Good = false;
  };
  // With a build path, a source may be listed that is gone. Where some are
  // there, they are analysed.
  if (Args.Project.BuildPath.empty() &&
      llvm::none_of(Args.Project.Paths, [](const std::string &Path) {
        return llvm::sys::fs::exists(Path);
      }))
    for (const std::string &Path : Args.Project.Paths) {
      printError(Path + ": no such file");
      Good = false;
    }
  for (const std::vector<std::string> *List :
       {&Args.Knowledge.Files, &Args.Traces})
    for (const std::string &Path : *List)
      if (std::error_code EC =
              llvm::sys::fs::access(Path, llvm::sys::fs::AccessMode::Exist))
        Fail(Path, EC);
  std::vector<std::string> Written = Reports.files();
  for (const std::string &Path :
       {Args.IndexFile, Args.UpdateIndex, Args.Gate.WriteBaseline})
    if (!Path.empty())
      Written.push_back(Path);
  for (const std::string &Path : Written) {
    llvm::StringRef Folder = llvm::sys::path::parent_path(Path);
    if (std::error_code EC = llvm::sys::fs::access(
            Folder.empty() ? "." : Folder, llvm::sys::fs::AccessMode::Exist))
      Fail(Path, EC);
  }
  return Good;
}

bool readMachineCosts(const CheckArguments &Args, MachineCosts &Machine) {
  std::string File = Args.Costs.empty() ? usualCostsFile() : Args.Costs;
  if (File == "none" || (Args.Costs.empty() && !llvm::sys::fs::exists(File)))
    return true;
  llvm::Expected<MachineCosts> Costs = readCosts(File);
  if (!Costs) {
    printError(llvm::toString(Costs.takeError()));
    return false;
  }
  Machine = std::move(*Costs);
  return true;
}

/// A name that no check has is a typing error, not a wish to run nothing.
static bool areChecksKnown(const CheckArguments &Args,
                           const AnalyzerOptions &Analysis) {
  CheckList Checks = createChecks();
  for (llvm::StringRef Glob : Args.Checks) {
    Glob.consume_front("-");
    if (llvm::none_of(Checks, [&](const auto &C) {
          return namesCheck(Glob, C->descriptor().Name);
        })) {
      printError(
          fmt::format("--checks {}: no check has such a name", Glob.str()));
      return false;
    }
  }
  for (const auto &[Key, Value] : Analysis.Options) {
    if (llvm::none_of(Checks, [&](const auto &C) {
          return llvm::any_of(
              C->descriptor().Options, [&](const OptionDescriptor &O) {
                return llvm::StringRef(Key) ==
                       (C->descriptor().Name + "." + O.Name).str();
              });
        })) {
      printError(fmt::format("--option {}: no check has such an option",
                             llvm::StringRef(Key).str()));
      return false;
    }
  }
  return true;
}

/// Values are read again with the analysis; here, before it.
static bool areOptionsGood(const AnalyzerOptions &Analysis) {
  bool Good = true;
  for (const std::unique_ptr<Check> &C : createChecks()) {
    if (!isEnabled(C->descriptor(), Analysis.Checks))
      continue;
    std::string Error = C->configure(Analysis.Options);
    if (Error.empty())
      continue;
    printError(C->descriptor().Name.str() + ": " + Error);
    Good = false;
  }
  return Good;
}

/// "CHECK.OPTION=VALUE" and the other texts that name something.
bool makeAnalyzerOptions(const CheckArguments &Args, const ReportFiles &Reports,
                         AnalyzerOptions &Analysis) {
  Analysis.Checks = Args.Checks;
  for (const std::string &Text : Args.Options) {
    auto [Key, Value] = llvm::StringRef(Text).split('=');
    if (!Key.contains('.') || Key.size() == Text.size()) {
      printError(
          fmt::format("--option {}: not of the form CHECK.OPTION=VALUE", Text));
      return false;
    }
    Analysis.Options[Key] = Value.str();
  }
  for (FindingConfidence C : {FindingConfidence::Low, FindingConfidence::Medium,
                              FindingConfidence::High})
    if (Args.LeastConfidence == name(C))
      Analysis.LeastConfidence = C;
  Analysis.IncludeTests = Args.IncludeTests;
  Analysis.WithScope = Reports.has("json") || !Args.Traces.empty();
  Analysis.TestFiles.insert(Analysis.TestFiles.end(), Args.TestFiles.begin(),
                            Args.TestFiles.end());
  return areChecksKnown(Args, Analysis) && areOptionsGood(Analysis);
}

} // namespace nostall

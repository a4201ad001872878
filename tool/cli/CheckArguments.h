//===- CheckArguments.h - the arguments of 'nostall check' ------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What 'nostall check' may be told, as it was told: read here, looked at by the
// parts of the command.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "cli/Gate.h"
#include "cli/KnowledgeOptions.h"
#include "cli/Project.h"
#include "cli/Reports.h"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace nostall {

struct CheckArguments {
  ProjectOptions Project;
  KnowledgeOptions Knowledge;
  GateOptions Gate;
  ReportOptions Reports;
  std::vector<std::string> Checks;
  std::vector<std::string> Options;
  std::vector<std::string> TestFiles;
  std::vector<std::string> Vendored;
  std::vector<std::string> Traces;
  std::string LeastConfidence = "medium";
  std::string IndexFile;
  std::string UpdateIndex;
  std::string FromIndex;
  std::string Costs;
  unsigned Jobs = 0;   ///< 0: what the machine has room for.
  uint64_t Memory = 0; ///< MiB; 0: what is free.
  bool Deep = false;
  bool Fix = false;
  bool IncludeTests = false;
  bool Quiet = false;
  bool Stats = false;
  bool Verbose = false;
  bool NoCache = false;
  std::string Cache; ///< Read by chooseCache() from the arguments.
};

/// \p Args must outlive \p Sub.
void addCheckOptions(CLI::App &Sub, CheckArguments &Args);

} // namespace nostall

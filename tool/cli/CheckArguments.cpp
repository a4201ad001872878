//===- CheckArguments.cpp - the arguments of 'nostall check' ----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/CheckArguments.h"

namespace nostall {

/// What is analysed, and what is known of it.
static void addProjectOptions(CLI::App &Sub, CheckArguments &Args) {
  Sub.add_option("-p,--build", Args.Project.BuildPath,
                 "Folder with compile_commands.json")
      ->type_name("FOLDER");
  Sub.add_option("paths", Args.Project.Paths,
                 "Files and folders to analyse (default: all)")
      ->type_name("");
  Sub.add_option("--root", Args.Project.Root,
                 "The project's root (default: the checkout)")
      ->type_name("FOLDER");
  addKnowledgeOptions(Sub, Args.Knowledge);
  Sub.add_flag("--no-installed-knowledge", Args.Knowledge.WithoutInstalled,
               "Leave out the knowledge files that libraries install beside "
               "their headers");
}

/// What is looked for.
static void addFindingOptions(CLI::App &Sub, CheckArguments &Args) {
  Sub.add_option("--checks", Args.Checks,
                 "Globs of checks, -GLOB to switch off")
      ->type_name("GLOBS")
      ->delimiter(',')
      ->allow_extra_args(false);
  Sub.add_option("--option", Args.Options, "CHECK.OPTION=VALUE")
      ->type_name("CHECK.OPTION=VALUE")
      ->allow_extra_args(false);
  Sub.add_option("--test-files", Args.TestFiles,
                 "More globs of files that are test code")
      ->type_name("GLOBS")
      ->delimiter(',')
      ->allow_extra_args(false);
  Sub.add_flag("--include-tests", Args.IncludeTests,
               "Report in test code as well");
  Sub.add_option("--vendored", Args.Vendored,
                 "More names of folders with third-party code")
      ->type_name("NAMES")
      ->delimiter(',')
      ->allow_extra_args(false);
  Sub.add_option("--min-confidence", Args.LeastConfidence,
                 "low, medium or high")
      ->type_name("LEVEL")
      ->check(CLI::IsMember({"low", "medium", "high"}));
}

static void addIndexOptions(CLI::App &Sub, CheckArguments &Args) {
  Sub.add_option("--write-index", Args.IndexFile,
                 "Write the linked program here, for the clang-tidy plugin "
                 "(default: .nostall/index.nss, if that folder exists)")
      ->type_name("FILE");
  Sub.add_option("--update-index", Args.UpdateIndex,
                 "Write the linked program here and report nothing; with "
                 "paths, replace what it has of these files")
      ->type_name("FILE")
      ->excludes("--write-index");
  Sub.add_option("--from-index", Args.FromIndex,
                 "Analyse a linked program instead of compiling anything")
      ->type_name("FILE")
      ->excludes("--update-index");
}

/// How it is done, and what is said of it.
static void addRunOptions(CLI::App &Sub, CheckArguments &Args) {
  Sub.add_option("-j,--jobs", Args.Jobs,
                 "Files to analyse at the same time (default: as many as "
                 "there are processors, and memory for)")
      ->type_name("N")
      ->check(CLI::Range(1u, 1024u));
  Sub.add_option("--memory", Args.Memory,
                 "Choose the number of jobs for so much memory (default: "
                 "what is free)")
      ->type_name("MIB")
      ->check(CLI::Range(1u, 1u << 30))
      ->excludes("--jobs");
  Sub.add_option("--costs", Args.Costs,
                 "What 'nostall calibrate' wrote, for estimates; by default "
                 "its usual file, 'none' for the reference machine")
      ->type_name("FILE");
  Sub.add_flag("--deep", Args.Deep,
               "Look into the bodies of libraries' headers as well");
  Sub.add_flag("--fix", Args.Fix,
               "Write the fixes that findings have into the sources")
      ->excludes("--update-index");
  Sub.add_flag("-q,--quiet", Args.Quiet, "Findings and errors only");
  Sub.add_flag("--stats", Args.Stats, "Say what was seen and what was not");
  Sub.add_option("--cache", Args.Cache,
                 "Where to keep what was found, for later runs (default: see "
                 "nostall cache --help)")
      ->type_name("FOLDER");
  Sub.add_flag("--no-cache", Args.NoCache, "Parse all files; keep nothing");
  Sub.add_flag("-v,--verbose", Args.Verbose,
               "Say how many files were not parsed again, and how many are "
               "at the same time");
}

// The order is that of the help.
void addCheckOptions(CLI::App &Sub, CheckArguments &Args) {
  addProjectOptions(Sub, Args);
  addFindingOptions(Sub, Args);
  addReportOptions(Sub, Args.Reports);
  addGateOptions(Sub, Args.Gate);
  Sub.add_option(
         "--measured", Args.Traces,
         "Traces of nostall run: say of each finding whether it was seen "
         "to stall")
      ->type_name("TRACE")
      ->delimiter(',')
      ->allow_extra_args(false);
  addIndexOptions(Sub, Args);
  addRunOptions(Sub, Args);
  Sub.footer("Files without compile_commands.json: nostall check FILE... -- "
             "COMPILER-OPTIONS");
}

} // namespace nostall

//===- CheckedProgram.h - the program that is checked -----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where 'nostall check' has the linked program from: an index, or the project's
// units, most of which earlier runs may have kept in the cache. Writes the
// index as well.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "cli/CheckArguments.h"
#include "cli/RunCache.h"
#include "engine/knowledge/KnowledgeBase.h"
#include "model/LUSummary.h"

namespace nostall {

/// Refers to all that it is made with.
class CheckedProgram {
public:
  CheckedProgram(const CheckArguments &Args, const Project &Project,
                 const KnowledgeBase &Knowledge, const std::string &Cwd)
      : Args(Args), Project(Project), Knowledge(Knowledge), Cwd(Cwd) {}

  /// Once the project is known, and before the knowledge is: what is opened
  /// here notices when it changes.
  void openCache(const ReportFiles &Reports);
  /// The result is not for later runs.
  void doNotRecord() { Cache.doNotRecord(); }

  /// From a file, or made now; false, and said so, if it cannot be read.
  bool load(LUSummary &Program);
  /// After load(): whether an earlier run knows the result, and the program was
  /// not made.
  bool isResultKnown() const { return Extracted.Known; }
  /// Writes that result; the exit code.
  int printKnown() { return Cache.printKnown(); }

  /// Writes the index, if one is wanted.
  void writeIndex(const LUSummary &Program);
  /// Lays the files that are given over the index; all files are a new one.
  /// False, and said so, if it cannot be read.
  bool update();
  /// At the end, when written() says all.
  void finish() { finish(indexToWrite()); }

  /// Another state of the project. Adds what was wrong to \p Problems.
  LUSummary makeBase(llvm::ArrayRef<clang::tooling::CompileCommand> Commands,
                     llvm::ArrayRef<std::string> Roots,
                     std::vector<std::string> &Problems);

  /// Units of which nothing is in the program.
  uint64_t failedUnits() const { return FailedUnits; }
  /// Whether something was left out, or could not be written.
  bool isIncomplete() const { return Incomplete; }

private:
  bool isRecordable(const ReportFiles &Reports) const;
  ExtractionResult
  extract(llvm::ArrayRef<clang::tooling::CompileCommand> Commands,
          llvm::ArrayRef<std::string> Roots, bool IsBase);
  void reportProblems(llvm::ArrayRef<UnitProblem> Problems);
  void reportPartialUnits(const LUSummary &Program);
  std::string problemText(const UnitProblem &Problem) const;
  std::string indexToWrite() const;
  void writeIndex(const LUSummary &Program, const std::string &Path);
  void finish(const std::string &Index);

  const CheckArguments &Args;
  const nostall::Project &Project;
  const KnowledgeBase &Knowledge;
  const std::string &Cwd;
  RunCache Cache;
  ExtractionResult Extracted;
  uint64_t FailedUnits = 0;
  bool Incomplete = false;
};

} // namespace nostall

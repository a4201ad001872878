//===- FunctionRenames.h - one function under two names ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Findings are told apart by names of functions. Between two states of one
// program a function may have got another name; here the two are put together,
// much as git finds renamed files: by what is in them.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/LUSummary.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSet.h"

#include <string>

namespace nostall {

/// Functions are named as in findings: "Session::run", "lambda in f".
class FunctionRenames {
public:
  /// A function of the base that is not in the head, and one of the head that
  /// is not in the base, are one when what they call agrees for the most part;
  /// their parameters, their file, their neighbours and their callers decide
  /// where several fit.
  FunctionRenames(const SummaryTables &Base, const SummaryTables &Head);

  /// What a function of the head was called in the base; its own name if it
  /// was not renamed.
  std::string inBase(llvm::StringRef HeadName) const;

  /// Whether the head has no such function of the base, under any name.
  bool isGone(llvm::StringRef BaseName) const;
  /// Whether the base has no such function of the head, under any name.
  bool isNew(llvm::StringRef HeadName) const;

private:
  llvm::StringSet<> BaseNames, HeadNames; ///< Lambdas as well.
  llvm::StringMap<std::string> ToBase, ToHead;
};

} // namespace nostall

//===- TestCode.h - which functions are tests -------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Test code starts coroutines and calls handlers as production code never does.
// What a test does so says nothing of where production code runs.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/Program.h"

#include <functional>

namespace nostall {

class TestCode {
public:
  /// Both are referred to. An empty \p IsTestFile: no file is test code.
  TestCode(const Program &P,
           const std::function<bool(llvm::StringRef)> &IsTestFile)
      : P(P), IsTestFile(IsTestFile) {}

  bool has(FunctionIndex F) const {
    return IsTestFile && IsTestFile(P.file(P.function(F).Loc.File));
  }
  /// Whether \p From is a test and \p To is not.
  bool drives(FunctionIndex From, FunctionIndex To) const {
    return has(From) && !has(To);
  }

private:
  const Program &P;
  const std::function<bool(llvm::StringRef)> &IsTestFile;
};

} // namespace nostall

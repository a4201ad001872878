//===- CompilerCommand.h - what a compiler is asked to do -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What has to be known of a compiler's command line by a program that takes the
// compiler's place: what it reads, what it writes, and how far it goes. Options
// are told apart by the table of Clang's driver, which knows GCC's as well.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "clang/Frontend/DependencyOutputOptions.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nostall {

struct CompilerCommand {
  /// All of it, the compiler first, as extractUnit() takes it: response files
  /// expanded, and without -E.
  std::vector<std::string> Line;
  std::string Source;
  /// As given with -o; empty if it was not.
  std::string Output;
  /// -E: source is wanted, and not what is made of it.
  bool PreprocessOnly = false;
  /// The dependency file asked for with -MD or -MMD. Targets are those that
  /// were given (quoted); FILE.o's target, and its name, are not known here.
  std::optional<clang::DependencyOutputOptions> Dependencies;
  /// -ffile-prefix-map, -fdebug-prefix-map: from and to, in order.
  std::vector<std::pair<std::string, std::string>> PrefixMap;
};

/// The error says what this is no compilation of one file for.
llvm::Expected<CompilerCommand>
parseCompilerCommand(llvm::ArrayRef<std::string> Arguments);

} // namespace nostall

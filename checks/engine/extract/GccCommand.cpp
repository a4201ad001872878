//===- GccCommand.cpp - GCC's compile commands for Clang --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/extract/GccCommand.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

namespace nostall {

bool isGccCommand(llvm::ArrayRef<std::string> CommandLine) {
  return !CommandLine.empty() &&
         !llvm::sys::path::filename(CommandLine.front()).contains("clang");
}

bool hasGccCoroutines(llvm::ArrayRef<std::string> CommandLine) {
  return isGccCommand(CommandLine) &&
         llvm::any_of(CommandLine, [](llvm::StringRef Arg) {
           if (Arg == "-fcoroutines")
             return true;
           return Arg.consume_front("-std=") &&
                  (Arg.consume_front("c++") || Arg.consume_front("gnu++")) &&
                  llvm::is_contained({"20", "2a", "23", "2b", "26", "2c"}, Arg);
         });
}

llvm::ArrayRef<llvm::StringLiteral> gccCoroutineOptions() {
  // Asio up to 1.22 (Boost 1.77) looks for coroutines by compiler, and takes
  // Clang for one that has the technical specification's; with them it relies
  // on what GCC's <coroutine> brings in.
  static constexpr llvm::StringLiteral Options[] = {
      "-DBOOST_ASIO_HAS_CO_AWAIT=1",
      "-DBOOST_ASIO_HAS_STD_COROUTINE=1",
      "-DASIO_HAS_CO_AWAIT=1",
      "-DASIO_HAS_STD_COROUTINE=1",
      "-include",
      "utility"};
  return Options;
}

/// CMake writes a list of options as it is written in the CMakeLists, and
/// Clang's reader of databases splits at spaces only.
static std::vector<std::string>
splitAtTabs(llvm::ArrayRef<std::string> CommandLine) {
  std::vector<std::string> Args;
  for (llvm::StringRef Arg : CommandLine) {
    if (!Arg.starts_with("\t") && !Arg.starts_with("\n")) {
      Args.push_back(Arg.str());
      continue;
    }
    llvm::SmallVector<llvm::StringRef, 4> Parts;
    llvm::SplitString(Arg, Parts, "\t\n");
    Args.insert(Args.end(), Parts.begin(), Parts.end());
  }
  return Args;
}

std::vector<std::string>
adaptedToClang(llvm::ArrayRef<std::string> CommandLine) {
  std::vector<std::string> Args = splitAtTabs(CommandLine);
  if (hasGccCoroutines(Args)) {
    llvm::ArrayRef<llvm::StringLiteral> Options = gccCoroutineOptions();
    Args.insert(Args.begin() + 1, Options.begin(), Options.end());
  }
  return Args;
}

} // namespace nostall

//===- GccCommand.h - GCC's compile commands for Clang ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What has to change in a compile command for Clang to see the code that the
// project's compiler sees: docs/adr/0008-command-lines-of-other-compilers.md.
// The same for `nostall check` and for the editor.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "llvm/ADT/ArrayRef.h"

#include <string>
#include <vector>

namespace nostall {

/// Whether \p CommandLine, the compiler first, is not for Clang.
bool isGccCommand(llvm::ArrayRef<std::string> CommandLine);

/// Whether GCC would compile coroutines with \p CommandLine, which is then
/// given gccCoroutineOptions().
bool hasGccCoroutines(llvm::ArrayRef<std::string> CommandLine);

/// The options with which Clang sees the coroutines of Asio that GCC sees.
llvm::ArrayRef<llvm::StringLiteral> gccCoroutineOptions();

/// \p CommandLine for Clang: split as the compiler's shell would, and with
/// gccCoroutineOptions() right behind the compiler where GCC has coroutines,
/// so that what the project says of the same macros comes later and holds.
std::vector<std::string>
adaptedToClang(llvm::ArrayRef<std::string> CommandLine);

} // namespace nostall

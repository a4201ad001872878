//===- UnitExtractor.h - compile command to TUSummary -----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Parses one translation unit as its compile command says and extracts its
// facts. Commands of other compilers are understood as far as Clang's driver
// does; what it does not know is dropped.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/extract/ProjectScope.h"
#include "model/TUSummary.h"

#include "clang/Frontend/DependencyOutputOptions.h"
#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/Support/VirtualFileSystem.h"

#include <optional>
#include <string>

namespace nostall {

struct PackedUnit;

struct UnitResult {
  /// Absent when the front end could not even start.
  std::optional<TUSummary> Summary;
  /// The first errors, in Clang's format, for the user.
  std::string Diagnostics;
  unsigned NumErrors = 0;
};

/// Changes the working directory to the command's; call in a process of its
/// own when others depend on it. Not thread-safe. \p Files: what to read
/// through; the file system itself when it is null. \p Dependencies: the
/// dependency file to write, if any.
UnitResult
extractUnit(const clang::tooling::CompileCommand &Command,
            const ScopeOptions &Options,
            llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Files = nullptr,
            const clang::DependencyOutputOptions *Dependencies = nullptr);

/// The same for a unit that was packed, perhaps on another machine: reads no
/// file, and gives the summary that extractUnit() would have given there.
UnitResult extractUnit(const PackedUnit &Unit);

} // namespace nostall

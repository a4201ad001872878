//===- PackedUnit.h - a unit with all that it reads -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Programs that distribute compilations (distcc) or cache them (ccache) ask the
// compiler for preprocessed source, and pass it on. Preprocessed text has lost
// what a summary needs: comments such as NOLINT, columns, what comes from a
// macro. A packed unit takes its place: one text with the front end's arguments
// and every file that it read, unchanged. Unpacked on a machine that has none of
// these files it gives the same summary.
//
// The text begins with line markers that name the files, for those who look
// for dependencies there, as ccache does.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/extract/ProjectScope.h"

#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/VirtualFileSystem.h"

#include <string>
#include <vector>

namespace clang {
class DependencyOutputOptions;
}

namespace nostall {

struct PackedUnit {
  struct File {
    std::string Path;     ///< Absolute, as it was asked for.
    std::string RealPath; ///< With symbolic links resolved.
    std::string Text;     ///< Empty if only its existence was asked for.
  };

  std::string Tool;      ///< Which program wrote it; only that may read it.
  std::string Directory; ///< Where the compiler was run.
  ScopeOptions Scope;
  std::vector<std::string> Invocation; ///< The front end's arguments.
  std::vector<std::string> Folders;    ///< That were looked for and found.
  std::vector<File> Files;             ///< By path.
};

/// Whether \p Text begins as packed units do.
bool isPackedUnit(llvm::StringRef Text);

std::string write(const PackedUnit &Unit);

/// \p Name is for messages.
llvm::Expected<PackedUnit> readPackedUnit(llvm::StringRef Text,
                                          llvm::StringRef Name);

/// The files, and nothing else.
llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem>
filesOf(const PackedUnit &Unit);

struct PackResult {
  PackedUnit Unit; ///< Without Tool.
  std::string Diagnostics;
  unsigned NumErrors = 0;
};

/// Runs the preprocessor to see what is read. As extractUnit().
PackResult packUnit(const clang::tooling::CompileCommand &Command,
                    const ScopeOptions &Scope,
                    const clang::DependencyOutputOptions *Dependencies);

} // namespace nostall

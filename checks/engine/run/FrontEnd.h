//===- FrontEnd.h - Clang's front end on one command ------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A compile command, possibly another compiler's, adapted and run with an
// action of ours in place of the compiler's (docs/adr/0008). Whatever files the
// command says to write are not written: neither the object nor what a compiler
// writes besides.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "clang/Frontend/CompilerInvocation.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/VirtualFileSystem.h"

#include <memory>
#include <string>

namespace nostall {

struct FrontEndResult {
  /// The first errors, in Clang's format, for the user.
  std::string Diagnostics;
  unsigned NumErrors = 0;
};

/// Runs \p Action on what \p Command compiles; \p Prepare may change the
/// invocation before. Changes the working directory to the command's; not
/// thread-safe. \p Files: what to read through; the file system itself when it
/// is null.
FrontEndResult
runFrontEnd(const clang::tooling::CompileCommand &Command,
            llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Files,
            llvm::function_ref<void(clang::CompilerInvocation &)> Prepare,
            std::unique_ptr<clang::FrontendAction> Action);

/// The same for an invocation as CompilerInvocation::getCC1CommandLine() writes
/// it down. The working directory is that of \p Files.
FrontEndResult
runFrontEnd(llvm::ArrayRef<std::string> Invocation,
            llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> Files,
            std::unique_ptr<clang::FrontendAction> Action);

/// The folder with Clang's own headers (stddef.h, ...).
std::string clangResourceDirectory();

} // namespace nostall

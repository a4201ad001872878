//===- BaseTree.h - the project as it was -----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A commit's files in a temporary folder, and the compile commands of the
// working tree led there. The files are an export, not a worktree that git
// keeps a record of: whatever ends this process, the repository is as it was.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "cli/Git.h"
#include "cli/Project.h"
#include "engine/run/TemporaryFolder.h"

#include <memory>

namespace nostall {

/// The folder goes when the object does, and when a signal ends the process.
class BaseTree {
public:
  /// Takes submodules along whose commit is there.
  static llvm::Expected<std::unique_ptr<BaseTree>> create(const Git &Repository,
                                                          std::string Commit);

  /// The folder with the commit's files, without symbolic links.
  llvm::StringRef folder() const { return Folder; }

  /// A path of the working tree, absolute, as the commit has it; the same where
  /// it has none: a generated file, a system header.
  std::string mapped(llvm::StringRef Path) const;

  /// Submodules that could not be exported.
  llvm::ArrayRef<std::string> missing() const { return Missing; }

private:
  BaseTree(std::string Top, std::string Commit)
      : Top(std::move(Top)), Commit(std::move(Commit)) {}
  llvm::Error exportTo(const Git &Repository, llvm::StringRef Commit,
                       llvm::StringRef Target, unsigned Depth);

  std::string Top, Commit;
  TemporaryFolder Scratch{"nostall-base"}; ///< Folder, and git's index for it.
  std::string Folder;
  std::vector<std::string> Missing;
};

/// The commit's compile commands: those of the working tree with their paths
/// led to \p Tree. A source that was renamed since has the command of its new
/// name; one that is gone has that of the nearest that is there, and is named
/// in \p Guessed; without \p Guessed it is left out.
std::vector<clang::tooling::CompileCommand>
baseCommands(llvm::ArrayRef<clang::tooling::CompileCommand> Head,
             const Git &Repository, const BaseTree &Tree,
             const GitChanges &Changes, std::vector<std::string> *Guessed);

} // namespace nostall

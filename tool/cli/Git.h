//===- Git.h - the checkout's history ---------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs git. Only reads the repository: nothing below .git changes.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>
#include <vector>

namespace nostall {

/// The nearest folder above \p Start, an absolute path, that has a `.git`;
/// empty without one. Asks the file system, not git.
std::string repositoryRoot(llvm::StringRef Start);

class Git {
public:
  /// \p Top: as repositoryRoot() gives it.
  static llvm::Expected<Git> open(llvm::StringRef Top);

  llvm::StringRef top() const { return Top; }

  /// The standard output of `git ARGS`, run in the top folder. \p Environment
  /// ("NAME=VALUE") is added to ours. An error has what git said.
  llvm::Expected<std::string>
  run(llvm::ArrayRef<llvm::StringRef> Args,
      llvm::ArrayRef<std::string> Environment = {}) const;

  /// The full id of a commit.
  llvm::Expected<std::string> commit(llvm::StringRef Revision) const;

private:
  Git(std::string Program, std::string Top)
      : Program(std::move(Program)), Top(std::move(Top)) {}

  std::string Program, Top;
};

/// What is different between a commit and the working tree, by files. Paths
/// are relative to the repository's root.
struct GitChanges {
  struct Hunk {
    uint32_t OldLine, OldCount, NewLine, NewCount;
  };
  struct File {
    std::string OldPath; ///< Empty for a new file.
    std::string NewPath; ///< Empty for a deleted one.
    std::vector<Hunk> Hunks;
  };
  std::vector<File> Files;

  /// The commit's line for one of the working tree that is the same; 0 if it
  /// is not. \p OldPath is set to the file's name in the commit.
  uint32_t oldLine(llvm::StringRef NewPath, uint32_t Line,
                   std::string &OldPath) const;
  /// The commit's name of a file of the working tree.
  std::string oldPath(llvm::StringRef NewPath) const;

  static llvm::Expected<GitChanges> since(const Git &Repository,
                                          llvm::StringRef Commit);

private:
  const File *find(llvm::StringRef NewPath) const;
  llvm::StringMap<size_t> ByNewPath;
};

} // namespace nostall

//===- ProjectScope.h - which code is the project's own ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A lint pass is mostly parsing, and most of what it parses is not the
// project. The scope decides which bodies are parsed and walked:
//   * Project: files under a root, not in a system header, not vendored;
//   * Standard: templates of namespace std, kept because project code is
//     reached through them (constructors, comparators, destructors);
//   * Outside: everything else. Its bodies are skipped, and what that loses
//     is declared in the knowledge files.
//
// The clang-tidy plugin sees bodies that the command line skips; it asks the
// same scope and ignores them, so that both report the same.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "clang/AST/Decl.h"
#include "clang/Basic/SourceManager.h"
#include "llvm/ADT/DenseMap.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace nostall {

enum class CodeOrigin : uint8_t { Project, Outside };

struct ScopeOptions {
  /// Absolute directories without trailing slash. The first is the root that
  /// file names are relative to.
  std::vector<std::string> Roots;
  /// Path components that mark third-party code below a root.
  std::vector<std::string> VendoredDirectories = defaultVendoredDirectories();
  /// Standard library functions and classes whose bodies need no look, by
  /// prefix of the qualified name: the knowledge says what they do.
  std::vector<std::string> SkipBodies;
  /// Record the control flow between calls. Switched off for a second try
  /// after the front end crashed: broken code can do that to Clang's CFG.
  bool FlowGraphs = true;
  /// Parse and walk every body, wherever it is.
  bool Deep = false;
  /// The unit is preprocessed: what file a line is from, and whether that is a
  /// system header, is said by its line markers.
  bool LineMarkers = false;
  /// What the names of files begin with, and what is written instead; as for
  /// compilers, the last that fits counts. Changes names only, not what belongs
  /// to the project.
  std::vector<std::pair<std::string, std::string>> PrefixMap;

  static std::vector<std::string> defaultVendoredDirectories();
};

/// In one of the standard library's namespaces, at any depth.
bool isStandard(const clang::Decl *D);

/// Lives as long as one translation unit. Not thread-safe (it caches).
class ProjectScope {
public:
  ProjectScope(const ScopeOptions &Options, const clang::SourceManager &SM)
      : Options(Options), SM(SM) {}

  CodeOrigin origin(clang::SourceLocation Loc) const;
  bool isProject(clang::SourceLocation Loc) const {
    return origin(Loc) == CodeOrigin::Project;
  }

  /// Whether \p D's body takes part in the analysis. Accepts functions and
  /// function templates.
  bool wantsBody(const clang::Decl *D) const;

  /// The name by which summaries know the file of \p Loc, which is in a file
  /// and not in a macro: relative to the first root when below it, absolute
  /// otherwise. Symbolic links are resolved, so that one file has one name.
  const std::string &fileName(clang::SourceLocation Loc) const;
  const std::string &mainFileName() const;

  /// Line and column that \p Loc has in the file of that name.
  std::pair<unsigned, unsigned> position(clang::SourceLocation Loc) const;

  /// The project's files that have been asked about so far, in order of their
  /// inclusion; with line markers none, but the main file.
  std::vector<clang::FileID> projectFiles() const;

  const ScopeOptions &options() const { return Options; }

private:
  /// A file as its absolute path says, and as summaries name it.
  struct FileNames {
    std::string Path;
    std::string Shown;
  };
  /// What a file is known by: its number, or what a line marker calls it.
  using FileKey = std::pair<unsigned, const char *>;

  bool isDescribed(const clang::Decl *D) const;
  CodeOrigin computeOrigin(clang::SourceLocation Loc, FileKey Key) const;
  bool isBelowRoot(llvm::StringRef Path) const;
  FileKey keyOf(clang::SourceLocation Loc) const;
  const FileNames &names(clang::SourceLocation Loc, FileKey Key) const;
  clang::SourceLocation mainLocation() const;

  const ScopeOptions &Options;
  const clang::SourceManager &SM;
  /// With line markers, by whether they say that it is a system header.
  mutable llvm::DenseMap<std::pair<FileKey, unsigned>, CodeOrigin> Origins;
  mutable llvm::DenseMap<FileKey, std::unique_ptr<FileNames>> Names;
  mutable llvm::DenseMap<clang::FileID, CodeOrigin> Files;
  mutable llvm::DenseMap<const clang::DeclContext *, bool> DescribedClasses;
};

} // namespace nostall

//===- ProjectRoot.h - where a project begins -------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace nostall {

/// The project's root above \p Start, an absolute folder: the nearest one with
/// a .nostall.yaml, a .nostall or a checkout's folder; \p Start itself where
/// there is none.
std::string findProjectRoot(llvm::StringRef Start);

/// The names that make a folder a root.
llvm::ArrayRef<llvm::StringLiteral> projectMarks();

/// The root's .nostall.yaml, if it has one.
std::optional<std::string> projectKnowledgeFile(llvm::StringRef Root);

/// The root's folder .nostall, in which nostall keeps what it knows of the
/// project; none where `nostall init` has not made it.
std::optional<std::string> projectStateFolder(llvm::StringRef Root);

/// The files of that folder.
inline constexpr llvm::StringLiteral StateIndex = "index.nss";
inline constexpr llvm::StringLiteral StateMeasured = "measured.json";

/// \p Path with symbolic links resolved, as far as it exists.
std::string realPath(llvm::StringRef Path);

/// A summary's file name as people read it: relative to the working directory
/// \p Cwd where it lies below.
std::string displayPath(llvm::StringRef File, llvm::StringRef Root,
                        llvm::StringRef Cwd);

} // namespace nostall

//===- ProjectRoot.cpp - where a project begins -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/extract/ProjectRoot.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace nostall {

static bool holds(llvm::StringRef Directory, llvm::StringRef Name) {
  llvm::SmallString<256> File(Directory);
  path::append(File, Name);
  return fs::exists(File);
}

llvm::ArrayRef<llvm::StringLiteral> projectMarks() {
  static constexpr llvm::StringLiteral Marks[] = {".nostall.yaml", ".nostall",
                                                  ".git", ".hg", ".svn"};
  return Marks;
}

std::string findProjectRoot(llvm::StringRef Start) {
  for (llvm::StringRef Dir = Start; !Dir.empty() && Dir != "/";
       Dir = path::parent_path(Dir))
    for (llvm::StringRef Mark : projectMarks())
      if (holds(Dir, Mark))
        return Dir.str();
  return Start.str();
}

std::optional<std::string> projectKnowledgeFile(llvm::StringRef Root) {
  if (!holds(Root, ".nostall.yaml"))
    return std::nullopt;
  llvm::SmallString<256> File(Root);
  path::append(File, ".nostall.yaml");
  return std::string(File);
}

std::optional<std::string> projectStateFolder(llvm::StringRef Root) {
  llvm::SmallString<256> Folder(Root);
  path::append(Folder, ".nostall");
  if (!fs::is_directory(Folder))
    return std::nullopt;
  return std::string(Folder);
}

std::string realPath(llvm::StringRef Path) {
  llvm::SmallString<256> Real;
  if (!fs::real_path(Path, Real))
    return std::string(Real);
  llvm::SmallString<256> Absolute(Path);
  fs::make_absolute(Absolute);
  path::remove_dots(Absolute, /*remove_dot_dot=*/true);
  return std::string(Absolute);
}

std::string displayPath(llvm::StringRef File, llvm::StringRef Root,
                        llvm::StringRef Cwd) {
  llvm::SmallString<256> Absolute;
  if (path::is_absolute(File))
    Absolute = File;
  else
    path::append(Absolute, Root, File);
  llvm::StringRef Rest = Absolute;
  if (Cwd == "/" && Rest.size() > 1)
    return Rest.drop_front(1).str();
  if (Rest.consume_front(Cwd) && Rest.consume_front("/"))
    return Rest.str();
  return std::string(Absolute);
}

} // namespace nostall

//===- InstalledKnowledge.cpp - what libraries say themselves ---*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/knowledge/InstalledKnowledge.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <set>

namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace nostall {

static bool isAtOrAbove(llvm::StringRef Folder, llvm::StringRef Path) {
  return Path.consume_front(Folder) && (Path.empty() || Path.front() == '/');
}

/// The headers of libraries, absolute.
static std::set<std::string>
usedHeaders(llvm::ArrayRef<const SummaryTables *> Programs,
            llvm::StringRef Root) {
  std::set<std::string> Headers;
  for (const SummaryTables *Program : Programs) {
    std::vector<bool> Used(Program->Files.size());
    for (const Entity &E : Program->Entities)
      if (E.Flags & EF_External)
        Used[E.DeclFile] = true;
    for (FileId File = 1; File < Used.size(); ++File) {
      if (!Used[File])
        continue;
      llvm::SmallString<256> Header(Program->Files[File]);
      if (!path::is_absolute(Header)) {
        Header = Root;
        path::append(Header, Program->Files[File]);
      }
      Headers.insert(std::string(Header));
    }
  }
  return Headers;
}

/// The folders to look in for \p Header.
static std::vector<llvm::StringRef> foldersOf(llvm::StringRef Header,
                                              llvm::StringRef Root) {
  constexpr size_t MostWithoutInclude = 3;
  std::vector<llvm::StringRef> Folders;
  for (llvm::StringRef Folder = path::parent_path(Header);
       !Folder.empty() && Folder != "/" && !isAtOrAbove(Folder, Root);
       Folder = path::parent_path(Folder)) {
    Folders.push_back(Folder);
    if (path::filename(Folder) == "include")
      return Folders;
  }
  if (Folders.size() > MostWithoutInclude)
    Folders.resize(MostWithoutInclude);
  return Folders;
}

static bool isKnowledgeFile(llvm::StringRef Name) {
  // A dot alone before it is a project's own file, and not a library's.
  return Name == "nostall.yaml" ||
         (Name.ends_with(".nostall.yaml") && !Name.starts_with("."));
}

std::vector<std::string>
installedKnowledgeFolders(llvm::ArrayRef<const SummaryTables *> Programs,
                          llvm::StringRef Root) {
  std::set<std::string> Headers = usedHeaders(Programs, Root);
  std::set<llvm::StringRef> Folders;
  for (llvm::StringRef Header : Headers)
    for (llvm::StringRef Folder : foldersOf(Header, Root))
      Folders.insert(Folder);
  return {Folders.begin(), Folders.end()};
}

std::vector<std::string>
knowledgeFilesIn(llvm::ArrayRef<std::string> Folders) {
  std::set<std::string> Found;
  for (llvm::StringRef Folder : Folders) {
    // A folder that cannot be listed is a header's that is gone since.
    std::error_code EC;
    for (fs::directory_iterator It(Folder, EC), End; It != End && !EC;
         It.increment(EC))
      if (isKnowledgeFile(path::filename(It->path())))
        Found.insert(It->path());
  }
  return {Found.begin(), Found.end()};
}

std::vector<std::string>
installedKnowledge(llvm::ArrayRef<const SummaryTables *> Programs,
                   llvm::StringRef Root) {
  return knowledgeFilesIn(installedKnowledgeFolders(Programs, Root));
}

} // namespace nostall

//===- ProjectScope.cpp - which code is the project's own -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/extract/ProjectScope.h"

#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/FileManager.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace clang;

namespace nostall {

std::vector<std::string> ScopeOptions::defaultVendoredDirectories() {
  return {"third_party", "third-party", "thirdparty", "3rdparty", "3rd_party",
          "3rd",         "vendor",      "vendored",   "external", "externals",
          "extern",      "deps",        "_deps",      "subprojects",
          "node_modules", "ext",        "contrib"};
}

static bool isBelow(llvm::StringRef Path, llvm::StringRef Directory) {
  return Path.consume_front(Directory) && Path.starts_with("/");
}

/// Where the main file ends: with line markers it is the only place that is
/// certain to be its own.
SourceLocation ProjectScope::mainLocation() const {
  return Options.LineMarkers ? SM.getLocForEndOfFile(SM.getMainFileID())
                             : SM.getLocForStartOfFile(SM.getMainFileID());
}

ProjectScope::FileKey ProjectScope::keyOf(SourceLocation Loc) const {
  if (Options.LineMarkers)
    if (PresumedLoc Place = SM.getPresumedLoc(Loc); Place.isValid())
      return {0, Place.getFilename()};
  return {SM.getFileID(Loc).getHashValue(), nullptr};
}

const ProjectScope::FileNames &ProjectScope::names(SourceLocation Loc,
                                                   FileKey Key) const {
  auto It = Names.find(Key);
  if (It != Names.end())
    return *It->second;
  FileNames Found;
  if (Key.second) {
    Found.Path = Key.second;
  } else if (OptionalFileEntryRef File =
                 SM.getFileEntryRefForID(SM.getFileID(Loc))) {
    // The real path costs a system call per file and unit; the file manager
    // has it at hand for opened files.
    Found.Path = File->getFileEntry().tryGetRealPathName().str();
    if (Found.Path.empty())
      Found.Path = File->getName().str();
  }
  if (!Found.Path.empty()) {
    llvm::SmallString<256> Absolute(Found.Path);
    SM.getFileManager().makeAbsolutePath(Absolute);
    llvm::sys::path::remove_dots(Absolute, /*remove_dot_dot=*/true);
    Found.Path = std::string(Absolute);
    Found.Shown = Found.Path;
    if (!Options.Roots.empty() && isBelow(Found.Path, Options.Roots.front()))
      Found.Shown.erase(0, Options.Roots.front().size() + 1);
    for (const auto &[From, To] : llvm::reverse(Options.PrefixMap))
      if (llvm::StringRef(Found.Path).starts_with(From)) {
        llvm::SmallString<256> Mapped(To + Found.Path.substr(From.size()));
        llvm::sys::path::remove_dots(Mapped, /*remove_dot_dot=*/true);
        Found.Shown = std::string(Mapped);
        break;
      }
  }
  return *(Names[Key] = std::make_unique<FileNames>(std::move(Found)));
}

const std::string &ProjectScope::fileName(SourceLocation Loc) const {
  return names(Loc, keyOf(Loc)).Shown;
}

const std::string &ProjectScope::mainFileName() const {
  return fileName(mainLocation());
}

std::pair<unsigned, unsigned>
ProjectScope::position(SourceLocation Loc) const {
  if (Options.LineMarkers)
    if (PresumedLoc Place = SM.getPresumedLoc(Loc); Place.isValid())
      return {Place.getLine(), Place.getColumn()};
  // Not the presumed location: a #line would mislead NOLINT and the editor.
  auto [FID, Offset] = SM.getDecomposedLoc(Loc);
  return {SM.getLineNumber(FID, Offset), SM.getColumnNumber(FID, Offset)};
}

bool ProjectScope::isBelowRoot(llvm::StringRef Path) const {
  llvm::StringRef Below;
  for (llvm::StringRef Root : Options.Roots)
    if (isBelow(Path, Root)) {
      Below = Path.drop_front(Root.size() + 1);
      break;
    }
  if (Below.empty())
    return false;
  return llvm::none_of(llvm::make_range(llvm::sys::path::begin(Below),
                                        llvm::sys::path::end(Below)),
                       [&](llvm::StringRef Component) {
                         return llvm::is_contained(Options.VendoredDirectories,
                                                   Component);
                       });
}

CodeOrigin ProjectScope::computeOrigin(SourceLocation Loc, FileKey Key) const {
  if (Options.LineMarkers ? names(Loc, Key).Path ==
                                names(mainLocation(), keyOf(mainLocation())).Path
                          : SM.getFileID(Loc) == SM.getMainFileID())
    return CodeOrigin::Project;
  if (SrcMgr::isSystem(SM.getFileCharacteristic(Loc)) ||
      !isBelowRoot(names(Loc, Key).Path))
    return CodeOrigin::Outside;
  return CodeOrigin::Project;
}

CodeOrigin ProjectScope::origin(SourceLocation Loc) const {
  if (Loc.isInvalid())
    return CodeOrigin::Outside;
  Loc = SM.getExpansionLoc(Loc);
  FileID FID = SM.getFileID(Loc);
  if (FID.isInvalid())
    return CodeOrigin::Outside;
  FileKey Key = keyOf(Loc);
  unsigned IsSystem = Options.LineMarkers &&
                      SrcMgr::isSystem(SM.getFileCharacteristic(Loc));
  auto It = Origins.find({Key, IsSystem});
  if (It != Origins.end())
    return It->second;
  // Of a file it is the start that counts, not a #pragma system_header.
  CodeOrigin Origin = computeOrigin(
      Options.LineMarkers ? Loc : SM.getLocForStartOfFile(FID), Key);
  Origins[{Key, IsSystem}] = Origin;
  Files.try_emplace(FID, Origin);
  return Origin;
}

std::vector<FileID> ProjectScope::projectFiles() const {
  if (Options.LineMarkers)
    return {SM.getMainFileID()};
  std::vector<FileID> Found;
  for (const auto &[FID, Origin] : Files)
    if (Origin == CodeOrigin::Project)
      Found.push_back(FID);
  llvm::sort(Found);
  return Found;
}

bool isStandard(const Decl *D) {
  // Linkage specifications may stand between the unit and the namespace.
  const NamespaceDecl *Outermost = nullptr;
  for (const DeclContext *DC = D->getDeclContext(); DC; DC = DC->getParent())
    if (const auto *NS = dyn_cast<NamespaceDecl>(DC))
      Outermost = NS;
  return Outermost && Outermost->getIdentifier() &&
         (Outermost->getName() == "std" || Outermost->getName() == "__gnu_cxx");
}

/// Whether the knowledge describes the function, or the class that it is a
/// member of, in place of its body.
bool ProjectScope::isDescribed(const Decl *D) const {
  if (Options.SkipBodies.empty())
    return false;
  auto Matches = [&](const NamedDecl *ND) {
    std::string Name;
    llvm::raw_string_ostream OS(Name);
    ND->printQualifiedName(OS);
    return llvm::any_of(Options.SkipBodies, [&](llvm::StringRef Prefix) {
      return llvm::StringRef(Name).starts_with(Prefix);
    });
  };
  const auto *Class = dyn_cast<CXXRecordDecl>(D->getDeclContext());
  if (!Class) {
    const auto *ND = dyn_cast<NamedDecl>(D);
    return ND && Matches(ND);
  }
  auto [It, New] = DescribedClasses.try_emplace(Class, false);
  if (New)
    It->second = Matches(Class);
  return It->second;
}

bool ProjectScope::wantsBody(const Decl *D) const {
  if (Options.Deep || isProject(D->getLocation()))
    return true;
  if (!isStandard(D) || isDescribed(D))
    return false;
  if (D->isTemplated())
    return true;
  const auto *FD = dyn_cast<FunctionDecl>(D);
  if (!FD)
    return false;
  // Implicit members have no pattern of their own.
  return FD->isTemplateInstantiation() ||
         isa<ClassTemplateSpecializationDecl>(FD->getDeclContext());
}

} // namespace nostall

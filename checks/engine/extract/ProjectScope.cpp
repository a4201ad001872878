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

const std::string &ProjectScope::fileName(FileID FID) const {
  auto [It, New] = Names.try_emplace(FID);
  if (!New)
    return It->second;
  std::string Name;
  if (OptionalFileEntryRef File = SM.getFileEntryRefForID(FID)) {
    // The real path costs a system call per file and unit; the file manager
    // has it at hand for opened files.
    Name = File->getFileEntry().tryGetRealPathName().str();
    if (Name.empty())
      Name = File->getName().str();
    llvm::SmallString<256> Absolute(Name);
    SM.getFileManager().makeAbsolutePath(Absolute);
    llvm::sys::path::remove_dots(Absolute, /*remove_dot_dot=*/true);
    Name = std::string(Absolute);
    if (!Options.Roots.empty() && isBelow(Name, Options.Roots.front()))
      Name.erase(0, Options.Roots.front().size() + 1);
  }
  // The map may have grown meanwhile in principle; look it up again.
  return Names[FID] = std::move(Name);
}

CodeOrigin ProjectScope::computeOrigin(FileID FID) const {
  if (FID == SM.getMainFileID())
    return CodeOrigin::Project;
  SourceLocation Start = SM.getLocForStartOfFile(FID);
  if (SrcMgr::isSystem(SM.getFileCharacteristic(Start)))
    return CodeOrigin::Outside;
  llvm::StringRef Name = fileName(FID);
  if (Name.empty())
    return CodeOrigin::Outside;
  llvm::StringRef Below;
  if (!llvm::sys::path::is_absolute(Name)) {
    Below = Name;
  } else {
    for (llvm::StringRef Root : Options.Roots)
      if (isBelow(Name, Root))
        Below = Name.drop_front(Root.size() + 1);
    if (Below.empty())
      return CodeOrigin::Outside;
  }
  for (llvm::StringRef Component :
       llvm::make_range(llvm::sys::path::begin(Below),
                        llvm::sys::path::end(Below)))
    if (llvm::is_contained(Options.VendoredDirectories, Component))
      return CodeOrigin::Outside;
  return CodeOrigin::Project;
}

CodeOrigin ProjectScope::origin(SourceLocation Loc) const {
  if (Loc.isInvalid())
    return CodeOrigin::Outside;
  FileID FID = SM.getFileID(SM.getExpansionLoc(Loc));
  if (FID.isInvalid())
    return CodeOrigin::Outside;
  auto It = Origins.find(FID);
  if (It != Origins.end())
    return It->second;
  CodeOrigin Origin = computeOrigin(FID);
  Origins[FID] = Origin;
  return Origin;
}

std::vector<FileID> ProjectScope::projectFiles() const {
  std::vector<FileID> Files;
  for (const auto &[FID, Origin] : Origins)
    if (Origin == CodeOrigin::Project)
      Files.push_back(FID);
  llvm::sort(Files);
  return Files;
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

//===- UnitPacker.cpp - finds what a unit reads -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/run/FrontEnd.h"
#include "engine/run/PackedUnit.h"
#include "engine/run/WatchedFile.h"

#include "clang/Frontend/FrontendActions.h"

#include <map>
#include <set>

using namespace llvm;

namespace nostall {
namespace {

/// The real file system, and a copy of what was read through it.
class FileCollector : public vfs::ProxyFileSystem {
public:
  FileCollector() : ProxyFileSystem(vfs::getRealFileSystem()) {}

  ErrorOr<vfs::Status> status(const Twine &Path) override {
    ErrorOr<vfs::Status> Status = ProxyFileSystem::status(Path);
    if (Status && Status->isRegularFile())
      file(Path);
    else if (Status && Status->isDirectory())
      Folders.insert(absolute(Path));
    return Status;
  }
  bool exists(const Twine &Path) override {
    return static_cast<bool>(status(Path));
  }
  ErrorOr<std::unique_ptr<vfs::File>>
  openFileForRead(const Twine &Path) override;

  /// What the driver reads to find GCC the front end does not need.
  void forget() {
    Files.clear();
    Folders.clear();
  }

  void moveTo(PackedUnit &Unit) {
    for (auto &[Path, File] : Files)
      Unit.Files.push_back(std::move(File));
    Unit.Folders.assign(Folders.begin(), Folders.end());
  }

private:
  std::string absolute(const Twine &Path) const {
    SmallString<256> Absolute;
    Path.toVector(Absolute);
    makeAbsolute(Absolute);
    return std::string(Absolute);
  }
  PackedUnit::File &file(const Twine &Path) {
    std::string Absolute = absolute(Path);
    PackedUnit::File &File = Files[Absolute];
    if (File.Path.empty()) {
      SmallString<256> Real;
      File.RealPath = getRealPath(Absolute, Real) ? Absolute
                                                  : std::string(Real);
      File.Path = std::move(Absolute);
    }
    return File;
  }

  std::map<std::string, PackedUnit::File> Files;
  std::set<std::string> Folders;
};

ErrorOr<std::unique_ptr<vfs::File>>
FileCollector::openFileForRead(const Twine &Path) {
  ErrorOr<std::unique_ptr<vfs::File>> File =
      ProxyFileSystem::openFileForRead(Path);
  if (!File)
    return File;
  file(Path); // __has_include opens, and does not read.
  return std::make_unique<WatchedFile>(
      std::move(*File), [this, Name = Path.str()](StringRef Content) {
        file(Name).Text = Content.str();
      });
}

} // namespace

PackResult packUnit(const clang::tooling::CompileCommand &Command,
                    const ScopeOptions &Scope,
                    const clang::DependencyOutputOptions *Dependencies) {
  PackResult Result;
  auto Files = makeIntrusiveRefCnt<FileCollector>();
  FrontEndResult Ran = runFrontEnd(
      Command, Files,
      [&](clang::CompilerInvocation &Invocation) {
        Result.Unit.Invocation = Invocation.getCC1CommandLine();
        // "-cc1" is for the driver.
        Result.Unit.Invocation.erase(Result.Unit.Invocation.begin());
        if (Dependencies)
          Invocation.getDependencyOutputOpts() = *Dependencies;
        Files->forget();
      },
      std::make_unique<clang::PreprocessOnlyAction>());
  Result.Unit.Directory = Command.Directory;
  Result.Unit.Scope = Scope;
  Files->moveTo(Result.Unit);
  Result.Diagnostics = std::move(Ran.Diagnostics);
  Result.NumErrors = Ran.NumErrors;
  return Result;
}

} // namespace nostall

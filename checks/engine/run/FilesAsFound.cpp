//===- FilesAsFound.cpp - files without their links' ends -------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/run/FilesAsFound.h"

using namespace llvm;

namespace nostall {
namespace {

class FoundFile : public vfs::File {
public:
  FoundFile(std::unique_ptr<vfs::File> Inner, std::string Name)
      : Inner(std::move(Inner)), Name(std::move(Name)) {}

  ErrorOr<vfs::Status> status() override { return Inner->status(); }
  ErrorOr<std::string> getName() override { return Name; }
  std::error_code close() override { return Inner->close(); }
  ErrorOr<std::unique_ptr<MemoryBuffer>>
  getBuffer(const Twine &Named, int64_t FileSize, bool RequiresNullTerminator,
            bool IsVolatile) override {
    return Inner->getBuffer(Named, FileSize, RequiresNullTerminator, IsVolatile);
  }

private:
  std::unique_ptr<vfs::File> Inner;
  std::string Name;
};

class FoundFiles : public vfs::ProxyFileSystem {
public:
  FoundFiles() : ProxyFileSystem(vfs::getRealFileSystem()) {}

  ErrorOr<std::unique_ptr<vfs::File>>
  openFileForRead(const Twine &Path) override {
    ErrorOr<std::unique_ptr<vfs::File>> File =
        ProxyFileSystem::openFileForRead(Path);
    if (!File)
      return File;
    return std::make_unique<FoundFile>(std::move(*File), Path.str());
  }
};

} // namespace

IntrusiveRefCntPtr<vfs::FileSystem> filesAsFound() {
  return makeIntrusiveRefCnt<FoundFiles>();
}

} // namespace nostall

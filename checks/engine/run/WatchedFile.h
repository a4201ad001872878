//===- WatchedFile.h - a file whose reading is told -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What Clang reads through a file system, as it was read: a second look may
// find the file changed.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/VirtualFileSystem.h"

#include <functional>
#include <memory>
#include <utility>

namespace nostall {

class WatchedFile : public llvm::vfs::File {
public:
  using Listener = std::function<void(llvm::StringRef Content)>;

  /// \p OnRead is called each time that the content is read.
  WatchedFile(std::unique_ptr<llvm::vfs::File> Inner, Listener OnRead)
      : Inner(std::move(Inner)), OnRead(std::move(OnRead)) {}

  llvm::ErrorOr<llvm::vfs::Status> status() override { return Inner->status(); }
  llvm::ErrorOr<std::string> getName() override { return Inner->getName(); }
  std::error_code close() override { return Inner->close(); }

  llvm::ErrorOr<std::unique_ptr<llvm::MemoryBuffer>>
  getBuffer(const llvm::Twine &Name, int64_t FileSize,
            bool RequiresNullTerminator, bool IsVolatile) override {
    auto Buffer = Inner->getBuffer(Name, FileSize, RequiresNullTerminator,
                                   IsVolatile);
    if (Buffer)
      OnRead((*Buffer)->getBuffer());
    return Buffer;
  }

private:
  std::unique_ptr<llvm::vfs::File> Inner;
  Listener OnRead;
};

} // namespace nostall

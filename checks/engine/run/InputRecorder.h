//===- InputRecorder.h - what the front end reads ---------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/cache/Inputs.h"

#include "llvm/Support/VirtualFileSystem.h"

namespace nostall {

/// The real file system, and a note of all that was asked of it: by the driver,
/// which looks for GCC, and by the preprocessor. Contents are noted as they
/// were read, so that an edit while the unit is parsed is not missed.
class InputRecorder : public llvm::vfs::ProxyFileSystem {
public:
  InputRecorder() : ProxyFileSystem(llvm::vfs::getRealFileSystem()) {}

  llvm::ErrorOr<llvm::vfs::Status> status(const llvm::Twine &Path) override;
  bool exists(const llvm::Twine &Path) override;
  llvm::ErrorOr<std::unique_ptr<llvm::vfs::File>>
  openFileForRead(const llvm::Twine &Path) override;
  llvm::vfs::directory_iterator dir_begin(const llvm::Twine &Dir,
                                          std::error_code &EC) override;

  /// All that was noted; none where it cannot be told what the result depends
  /// on: a file changed meanwhile, or could not be read.
  const cache::Inputs *inputs();

private:
  std::string absolute(const llvm::Twine &Path) const;
  void note(const std::string &Path, const cache::Input &What) {
    Known = Read.note(Path, What) && Known;
  }
  void noteContent(const std::string &Path, llvm::StringRef Bytes);
  void noteMissing(const std::string &Path, std::error_code EC);

  cache::Inputs Read;
  bool Known = true;
};

} // namespace nostall

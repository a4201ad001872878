//===- FileCache.h - files that are read once -------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An editor analyses a file after each pause in the typing. What is read from
// other files (the index, the knowledge, measured costs) is kept for the
// process and shared by its threads until the file on disk is another one.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>

namespace nostall {

/// What tells one version of a file from the next.
struct FileStamp {
  uint64_t Size = 0;
  int64_t ModifiedNs = 0; ///< Since the epoch; 0 for a file that is not there.
  uint64_t Inode = 0;

  static FileStamp of(llvm::StringRef Path) {
    llvm::sys::fs::file_status Status;
    if (llvm::sys::fs::status(Path, Status))
      return {};
    return {Status.getSize(),
            Status.getLastModificationTime().time_since_epoch().count(),
            Status.getUniqueID().getFile()};
  }
  /// A text that is another one for another version.
  std::string text() const {
    return std::to_string(Size) + ' ' + std::to_string(ModifiedNs) + ' ' +
           std::to_string(Inode);
  }
  auto tie() const { return std::tie(Size, ModifiedNs, Inode); }
  bool operator==(const FileStamp &O) const { return tie() == O.tie(); }
};

/// Thread-safe. A file that cannot be read is tried again when it changes;
/// until then its error is given to each who asks.
template <class T> class FileCache {
public:
  using Result = llvm::Expected<std::shared_ptr<const T>>;

  Result get(const std::string &Path,
             llvm::function_ref<llvm::Expected<T>()> Read) {
    std::lock_guard<std::mutex> Lock(Mutex);
    FileStamp Now = FileStamp::of(Path);
    auto [It, New] = Entries.try_emplace(Path);
    Entry &E = It->second;
    if (New || !(E.Stamp == Now)) {
      E = Entry();
      E.Stamp = Now;
      if (llvm::Expected<T> Fresh = Read())
        E.Value = std::make_shared<const T>(std::move(*Fresh));
      else
        E.Error = llvm::toString(Fresh.takeError());
    }
    if (!E.Value)
      return llvm::createStringError(E.Error);
    return E.Value;
  }

private:
  struct Entry {
    FileStamp Stamp;
    std::shared_ptr<const T> Value;
    std::string Error;
  };
  std::mutex Mutex;
  std::map<std::string, Entry> Entries;
};

} // namespace nostall

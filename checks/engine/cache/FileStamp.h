//===- FileStamp.h - whether a file can have changed ------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstdint>
#include <optional>
#include <string>

struct stat;

namespace nostall::cache {

/// What stat(2) tells of a file's content. Equal stamps mean equal contents if
/// the first was settled when it was taken: a file that is written twice within
/// what the file system's clock can tell has one stamp for two contents. The
/// time of the inode's change is in it since no tool can set it back.
struct FileStamp {
  uint64_t Inode = 0;
  uint64_t Size = 0;
  int64_t Modified = 0; ///< Nanoseconds since 1970, as the next.
  int64_t Changed = 0;

  friend bool operator==(const FileStamp &, const FileStamp &) = default;
};

FileStamp stampOf(const struct stat &Status);

/// Whether the stamp, taken now, is old enough to tell later contents from
/// this one. Not so when it lies in the future: the clock was set back.
bool isSettled(const FileStamp &Stamp);

/// Without an error, the whole of a file. Waits for nothing: what is no regular
/// file has no content.
std::optional<std::string> readWhole(const std::string &Path);

/// The path with symbolic links resolved; empty where nothing is there.
std::string resolved(const std::string &Path);

} // namespace nostall::cache

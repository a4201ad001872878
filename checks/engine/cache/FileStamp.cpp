//===- FileStamp.cpp - whether a file can have changed ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/cache/FileStamp.h"

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <memory>
#include <sys/stat.h>
#include <unistd.h>

namespace nostall::cache {

static int64_t nanoseconds(const timespec &Time) {
  return static_cast<int64_t>(Time.tv_sec) * 1'000'000'000 + Time.tv_nsec;
}

FileStamp stampOf(const struct stat &Status) {
  return {Status.st_ino, static_cast<uint64_t>(Status.st_size),
          nanoseconds(Status.st_mtim), nanoseconds(Status.st_ctim)};
}

bool isSettled(const FileStamp &Stamp) {
  // FAT counts in steps of two seconds; others in ticks of the kernel.
  constexpr int64_t Coarsest = 2'000'000'000;
  timespec Now;
  clock_gettime(CLOCK_REALTIME, &Now);
  return nanoseconds(Now) - std::max(Stamp.Modified, Stamp.Changed) > Coarsest;
}

std::optional<std::string> readWhole(const std::string &Path) {
  int File = open(Path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (File < 0)
    return std::nullopt;
  struct stat Status;
  bool Good = fstat(File, &Status) == 0 && S_ISREG(Status.st_mode);
  std::string Bytes;
  if (Good)
    Bytes.resize(static_cast<size_t>(Status.st_size));
  size_t Done = 0;
  // To the end, whatever the size was a moment ago.
  while (Good) {
    if (Done == Bytes.size())
      Bytes.resize(Done + 1);
    ssize_t Got = read(File, Bytes.data() + Done, Bytes.size() - Done);
    Good = Got >= 0;
    if (Got <= 0)
      break;
    Done += static_cast<size_t>(Got);
  }
  close(File);
  if (!Good)
    return std::nullopt;
  Bytes.resize(Done);
  return Bytes;
}

std::string resolved(const std::string &Path) {
  std::unique_ptr<char, decltype(&free)> Real(realpath(Path.c_str(), nullptr),
                                              &free);
  return Real ? Real.get() : "";
}

} // namespace nostall::cache

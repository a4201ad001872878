//===- StoreRoom.cpp - how much the cache keeps -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/cache/FileStamp.h"
#include "engine/cache/Store.h"

#include <algorithm>
#include <ctime>
#include <dirent.h>
#include <functional>
#include <memory>
#include <sys/stat.h>
#include <tuple>
#include <unistd.h>
#include <vector>

namespace nostall::cache {
namespace {

struct File {
  std::string Path;
  uint64_t Bytes; ///< On the disk.
  int64_t Used;   ///< Nanoseconds since 1970.
};

void forEachName(const std::string &Folder,
                 const std::function<void(const std::string &)> &Visit) {
  std::unique_ptr<DIR, decltype(&closedir)> Open(opendir(Folder.c_str()),
                                                 &closedir);
  while (dirent *Entry = Open ? readdir(Open.get()) : nullptr)
    if (Entry->d_name[0] != '.')
      Visit(Folder + "/" + Entry->d_name);
}

void addFile(const std::string &Path, std::vector<File> &Out) {
  struct stat Status;
  if (lstat(Path.c_str(), &Status) == 0 && S_ISREG(Status.st_mode))
    Out.push_back({Path, static_cast<uint64_t>(Status.st_blocks) * 512,
                   stampOf(Status).Modified});
}

std::vector<File> filesOf(const std::string &Kind) {
  std::vector<File> Files;
  forEachName(Kind, [&](const std::string &Part) {
    forEachName(Part, [&](const std::string &Path) { addFile(Path, Files); });
  });
  return Files;
}

} // namespace

Usage Store::usage() const {
  Usage Sum;
  for (unsigned Kind = 0; Kind < NumEntryKinds; ++Kind)
    for (const File &F : filesOf(Folder + "/1/" + nameOf(static_cast<EntryKind>(Kind)))) {
      Sum.Bytes += F.Bytes;
      ++Sum.Entries[Kind];
    }
  return Sum;
}

bool Store::clear() const {
  bool Good = true;
  auto Remove = [&](const File &F) { Good &= unlink(F.Path.c_str()) == 0; };
  for (unsigned Kind = 0; Kind < NumEntryKinds; ++Kind)
    for (const File &F : filesOf(Folder + "/1/" + nameOf(static_cast<EntryKind>(Kind))))
      Remove(F);
  std::vector<File> Left;
  forEachName(Folder + "/1/tmp",
              [&](const std::string &Path) { addFile(Path, Left); });
  for (const File &F : Left)
    Remove(F);
  return Good;
}

void Store::makeRoom(uint64_t Limit) const {
  constexpr int64_t Second = 1'000'000'000, Hour = 60 * 60 * Second;
  int64_t Now = time(nullptr) * Second;
  std::vector<File> Left;
  forEachName(Folder + "/1/tmp",
              [&](const std::string &Path) { addFile(Path, Left); });
  for (const File &F : Left)
    if (F.Used < Now - Hour || F.Used > Now + Hour)
      unlink(F.Path.c_str());
  std::vector<File> Files;
  uint64_t Sum = 0;
  for (unsigned Kind = 0; Kind < NumEntryKinds; ++Kind)
    for (File &F : filesOf(Folder + "/1/" + nameOf(static_cast<EntryKind>(Kind)))) {
      // From before the clock was set back: nobody knows when it was.
      if (F.Used > Now + Hour)
        F.Used = 0;
      Sum += F.Bytes;
      Files.push_back(std::move(F));
    }
  if (Sum <= Limit)
    return;
  std::sort(Files.begin(), Files.end(), [](const File &A, const File &B) {
    return std::tie(A.Used, A.Path) < std::tie(B.Used, B.Path);
  });
  // Some more, so that the next run need not do it again.
  uint64_t Wanted = Limit / 10 * 9;
  for (const File &F : Files) {
    if (Sum <= Wanted)
      break;
    if (unlink(F.Path.c_str()) == 0)
      Sum -= F.Bytes;
  }
}

} // namespace nostall::cache

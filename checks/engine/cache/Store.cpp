//===- Store.cpp - the cache's folder ---------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/cache/Store.h"

#include "engine/cache/Bytes.h"
#include "engine/cache/FileStamp.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace nostall::cache {
namespace {

constexpr char Magic[4] = {'N', 'S', 'C', '1'};

struct Head {
  char Magic[4];
  EntryKind Kind;
  ContentKey Key;
  uint64_t Size;
  uint64_t Checksum;
};

/// Nothing in the cache is for others to read.
constexpr mode_t FolderMode = 0700;

bool makeFolders(const std::string &Path) {
  if (mkdir(Path.c_str(), FolderMode) == 0 || errno == EEXIST)
    return true;
  size_t Slash = Path.rfind('/');
  if (errno != ENOENT || Slash == 0 || Slash == std::string::npos ||
      !makeFolders(Path.substr(0, Slash)))
    return false;
  return mkdir(Path.c_str(), FolderMode) == 0 || errno == EEXIST;
}

bool writeAll(int File, std::string_view Bytes) {
  while (!Bytes.empty()) {
    ssize_t Done = ::write(File, Bytes.data(), Bytes.size());
    if (Done < 0 && errno == EINTR)
      continue;
    if (Done < 0)
      return false;
    Bytes.remove_prefix(static_cast<size_t>(Done));
  }
  return true;
}

} // namespace

const char *nameOf(EntryKind Kind) {
  static constexpr const char *Names[NumEntryKinds] = {
      "units", "summaries", "files", "runs", "results"};
  return Names[static_cast<uint32_t>(Kind)];
}

std::string Store::pathOf(EntryKind Kind, const ContentKey &Key) const {
  std::string Name = Key.hex();
  return Folder + "/1/" + nameOf(Kind) + "/" +
         Name.substr(0, 2) + "/" + Name;
}

std::optional<std::string> Store::read(EntryKind Kind, const ContentKey &Key) {
  std::string Path = pathOf(Kind, Key);
  std::optional<std::string> Bytes = readWhole(Path);
  if (!Bytes)
    return std::nullopt;
  Head H;
  if (Bytes->size() >= sizeof(H)) {
    memcpy(&H, Bytes->data(), sizeof(H));
    std::string_view Rest = std::string_view(*Bytes).substr(sizeof(H));
    if (memcmp(H.Magic, Magic, sizeof(Magic)) == 0 && H.Kind == Kind &&
        H.Key == Key && H.Size == Rest.size() &&
        H.Checksum == checksum(Rest)) {
      Bytes->erase(0, sizeof(H));
      return Bytes;
    }
  }
  unlink(Path.c_str());
  return std::nullopt;
}

bool Store::has(EntryKind Kind, const ContentKey &Key) const {
  return access(pathOf(Kind, Key).c_str(), R_OK) == 0;
}

bool Store::fail(const std::string &Path) {
  if (Problem.empty())
    Problem = Path + ": " + strerror(errno);
  return false;
}

bool Store::writeFile(const std::string &Path, std::string_view First,
                      std::string_view Bytes) {
  static unsigned Counter = 0;
  std::string Scratch = Folder + "/1/tmp";
  if (!makeFolders(Scratch))
    return fail(Scratch);
  std::string Temporary = Scratch + "/" + std::to_string(getpid()) + "." +
                          std::to_string(Counter++);
  // What has the name is of a dead process with our number.
  unlink(Temporary.c_str());
  int File = open(Temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                  0600);
  if (File < 0)
    return fail(Temporary);
  bool Good = writeAll(File, First) && writeAll(File, Bytes);
  int Error = errno;
  if (close(File) != 0 && Good) {
    Good = false;
    Error = errno;
  }
  if (Good && !makeFolders(Path.substr(0, Path.rfind('/')))) {
    Good = false;
    Error = errno;
  }
  if (Good && rename(Temporary.c_str(), Path.c_str()) != 0) {
    Good = false;
    Error = errno;
  }
  if (Good)
    return true;
  unlink(Temporary.c_str());
  errno = Error;
  return fail(Path);
}

bool Store::write(EntryKind Kind, const ContentKey &Key,
                  std::string_view Bytes) {
  Head H = {};
  memcpy(H.Magic, Magic, sizeof(Magic));
  H.Kind = Kind;
  H.Key = Key;
  H.Size = Bytes.size();
  H.Checksum = checksum(Bytes);
  if (!writeFile(pathOf(Kind, Key),
                 {reinterpret_cast<const char *>(&H), sizeof(H)}, Bytes))
    return false;
  Written = true;
  return true;
}

void Store::touch(EntryKind Kind, const ContentKey &Key) const {
  utimensat(AT_FDCWD, pathOf(Kind, Key).c_str(), nullptr, 0);
}

void Store::remove(EntryKind Kind, const ContentKey &Key) const {
  unlink(pathOf(Kind, Key).c_str());
}

std::string Store::readNote(const char *Name) const {
  return readWhole(Folder + "/" + Name).value_or("");
}

bool Store::writeNote(const char *Name, std::string_view Text) {
  return writeFile(Folder + "/" + Name, "", Text);
}

} // namespace nostall::cache

//===- TraceTail.cpp - follows a growing trace file -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "exporter/TraceTail.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace nostall::exporter {
namespace {

constexpr char Magic[] = "NOSTALL1";
constexpr size_t MagicSize = 8, HeadSize = 256, ChunkSize = 1 << 20;
/// As for `nostall report`.
constexpr uint64_t MaxRecord = 4 << 20;

struct Varint {
  uint64_t Value = 0;
  size_t Size = 0; ///< 0: not whole.
  bool IsBad = false;
};

Varint readVarint(const char *Data, size_t Size) {
  Varint V;
  for (size_t I = 0; I < Size; ++I) {
    if (I == 10)
      return {.IsBad = true};
    auto Byte = static_cast<unsigned char>(Data[I]);
    V.Value |= uint64_t(Byte & 0x7f) << (7 * I);
    if (!(Byte & 0x80)) {
      V.Size = I + 1;
      return V;
    }
  }
  return V;
}

/// Up to Size bytes; less at the file's end. None on an error.
std::optional<std::string> readBytes(int Fd, uint64_t Offset, size_t Size) {
  std::string Bytes(Size, '\0');
  ssize_t Got;
  do
    Got = pread(Fd, Bytes.data(), Size, static_cast<off_t>(Offset));
  while (Got < 0 && errno == EINTR);
  if (Got < 0)
    return std::nullopt;
  Bytes.resize(static_cast<size_t>(Got));
  return Bytes;
}

} // namespace

TraceTail::~TraceTail() {
  if (Fd >= 0)
    close(Fd);
}

TraceTail::Condition TraceTail::fail(std::string Why) {
  Problem = Path + ": " + std::move(Why);
  return Condition::Unusable;
}

TraceTail::Condition TraceTail::open() {
  if (Fd < 0) {
    // A pipe of that name must not hold us up.
    Fd = ::open(Path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (Fd < 0)
      return errno == ENOENT ? Condition::Absent : fail(strerror(errno));
  }
  struct stat Status;
  if (fstat(Fd, &Status) != 0)
    return fail(strerror(errno));
  if (!S_ISREG(Status.st_mode))
    return fail("not a regular file");
  std::optional<std::string> Bytes = readBytes(Fd, 0, HeadSize);
  if (!Bytes)
    return fail(strerror(errno));
  // The first record comes with the first bytes.
  if (Bytes->size() <= MagicSize)
    return Condition::Absent;
  if (Bytes->compare(0, MagicSize, Magic) != 0)
    return fail(Bytes->compare(0, MagicSize - 1, Magic, MagicSize - 1) == 0
                    ? "a trace of another version of nostall"
                    : "not a trace");
  Head = std::move(*Bytes);
  At = MagicSize;
  return Condition::Growing;
}

bool TraceTail::isReplaced(bool &NameIsGone) const {
  struct stat Named, Ours;
  NameIsGone = stat(Path.c_str(), &Named) != 0;
  if (fstat(Fd, &Ours) != 0)
    return true;
  return !NameIsGone &&
         (Named.st_ino != Ours.st_ino || Named.st_dev != Ours.st_dev);
}

bool TraceTail::readChunk() {
  std::optional<std::string> Bytes = readBytes(Fd, At, ChunkSize);
  if (!Bytes || Bytes->empty())
    return false;
  At += Bytes->size();
  Buffer += *Bytes;
  return true;
}

/// False where the file cannot be read on.
bool TraceTail::takeRecords(const Sink &Take) {
  size_t Next = 0;
  while (Next < Buffer.size()) {
    if (Skip) {
      size_t Step = std::min<uint64_t>(Skip, Buffer.size() - Next);
      Skip -= Step;
      Next += Step;
      continue;
    }
    Varint Size = readVarint(Buffer.data() + Next, Buffer.size() - Next);
    if (Size.IsBad)
      return false;
    if (!Size.Size)
      break;
    if (Size.Value > MaxRecord) {
      ++LeftOut;
      Next += Size.Size;
      Skip = Size.Value;
      continue;
    }
    if (Buffer.size() - Next - Size.Size < Size.Value)
      break;
    trace::Record Record;
    uint64_t Offset = At - (Buffer.size() - Next);
    if (Record.ParseFromArray(Buffer.data() + Next + Size.Size,
                              static_cast<int>(Size.Value)))
      Take(Record, Offset);
    else
      ++LeftOut;
    Next += Size.Size + Size.Value;
  }
  Buffer.erase(0, Next);
  return true;
}

TraceTail::Condition TraceTail::advance(const Sink &Take) {
  if (Head.empty()) {
    if (Condition Now = open(); Now != Condition::Growing) {
      if (Fd >= 0)
        close(Fd); // The name may come to mean another file.
      Fd = -1;
      return Now;
    }
  }
  bool NameIsGone = false;
  bool IsOther = isReplaced(NameIsGone);
  // Emptied, and perhaps written anew: nothing of the old one is left.
  std::optional<std::string> Start = readBytes(Fd, 0, HeadSize);
  struct stat Status;
  if (!Start || Start->compare(0, Head.size(), Head) != 0 ||
      fstat(Fd, &Status) != 0 || static_cast<uint64_t>(Status.st_size) < At)
    return Condition::Replaced;
  if (Head.size() < HeadSize)
    Head = std::move(*Start);
  while (!IsDamaged && readChunk())
    IsDamaged = !takeRecords(Take);
  if (IsOther)
    return Condition::Replaced;
  if (NameIsGone)
    return Condition::Removed;
  if (IsDamaged)
    return fail("offset " + std::to_string(At - Buffer.size()) +
                ": damaged: not the length of a record");
  return Condition::Growing;
}

bool TraceTail::readAt(uint64_t Offset, trace::Record &Record) const {
  std::optional<std::string> Bytes = readBytes(Fd, Offset, 4096);
  if (!Bytes)
    return false;
  Varint Size = readVarint(Bytes->data(), Bytes->size());
  if (!Size.Size || Size.Value > MaxRecord)
    return false;
  if (Bytes->size() < Size.Size + Size.Value)
    Bytes = readBytes(Fd, Offset, Size.Size + Size.Value);
  return Bytes && Bytes->size() >= Size.Size + Size.Value &&
         Record.ParseFromArray(Bytes->data() + Size.Size,
                               static_cast<int>(Size.Value));
}

} // namespace nostall::exporter

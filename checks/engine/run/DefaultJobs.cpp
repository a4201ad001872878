//===- DefaultJobs.cpp - how many units at a time ---------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/run/DefaultJobs.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Threading.h"

#include <algorithm>

namespace nostall {

/// Files of /proc and /sys have no size to go by.
static std::string contentOf(const llvm::Twine &Path) {
  auto Buffer = llvm::MemoryBuffer::getFileAsStream(Path);
  return Buffer ? (*Buffer)->getBuffer().str() : std::string();
}

/// "MemAvailable:   123 kB"
static std::optional<uint64_t> kernelsMemory(llvm::StringRef Root) {
  std::string Text = contentOf(Root + "/proc/meminfo");
  llvm::StringRef Rest = llvm::StringRef(Text).split("MemAvailable:").second;
  uint64_t KiB;
  if (Rest.ltrim().consumeInteger(10, KiB))
    return std::nullopt;
  return KiB << 10;
}

/// A file with one number; "max" is no limit.
static std::optional<uint64_t> numberIn(const llvm::Twine &Path) {
  uint64_t Number;
  if (llvm::StringRef(contentOf(Path)).trim().getAsInteger(10, Number))
    return std::nullopt;
  return Number;
}

/// Version 2: one hierarchy, "0::/a/b". Version 1's limits are set by few
/// programs of today, and not looked at.
static std::optional<uint64_t> groupsMemory(llvm::StringRef Root) {
  std::string Text = contentOf(Root + "/proc/self/cgroup");
  llvm::SmallVector<llvm::StringRef, 4> Lines;
  llvm::StringRef(Text).split(Lines, '\n');
  std::optional<uint64_t> Least;
  for (llvm::StringRef Group : Lines) {
    if (!Group.consume_front("0::/"))
      continue;
    for (;; Group = llvm::sys::path::parent_path(Group)) {
      std::string Folder = (Root + "/sys/fs/cgroup/" + Group).str();
      std::optional<uint64_t> Limit = numberIn(Folder + "/memory.max");
      uint64_t Used = numberIn(Folder + "/memory.current").value_or(0);
      if (Limit)
        Least = std::min(Least.value_or(UINT64_MAX),
                         *Limit > Used ? *Limit - Used : 0);
      if (Group.empty())
        break;
    }
  }
  return Least;
}

std::optional<uint64_t> availableMemory(llvm::StringRef Root) {
  std::optional<uint64_t> Kernel = kernelsMemory(Root);
  std::optional<uint64_t> Group = groupsMemory(Root);
  if (Kernel && Group)
    return std::min(*Kernel, *Group);
  return Kernel ? Kernel : Group;
}

unsigned defaultJobs(std::optional<uint64_t> Memory) {
  unsigned Processors =
      llvm::hardware_concurrency().compute_thread_count();
  if (!Memory)
    return Processors;
  return static_cast<unsigned>(
      std::clamp<uint64_t>(*Memory / UnitMemory, 1, Processors));
}

} // namespace nostall

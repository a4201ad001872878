//===- MemorySnapshot.h - pages of a process, copied ------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Following a linked list in another process costs a system call per element,
// and the process runs on between them. Interpreter frames lie side by side, so
// the pages that the last look needed are fetched at once, and the list is
// followed in the copies. Two copies, one right after the other, tell what
// changed meanwhile.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "watcher/python/RemoteMemory.h"

#include <array>
#include <cstring>
#include <memory>
#include <unordered_map>
#include <vector>

namespace nostall {

class MemorySnapshot {
public:
  static constexpr uint64_t pageOf(uint64_t Address) {
    return Address & ~(PageSize - 1);
  }

  explicit MemorySnapshot(RemoteMemory &Memory) : Memory(Memory) {}

  /// Fetches the pages of these addresses in one go, in this order. Not an
  /// error when one cannot be read.
  void prefetch(std::span<const uint64_t> Addresses);

  /// The same for two empty snapshots in one go: all of the first's before
  /// those of the second, a few microseconds apart.
  static void prefetchBoth(MemorySnapshot &First,
                           std::span<const uint64_t> OfFirst,
                           MemorySnapshot &Second,
                           std::span<const uint64_t> OfSecond);

  /// Copies from the snapshot; fetches what is not in it yet.
  bool read(uint64_t Address, void *Into, size_t Size);

  /// A value of a plain type; undefined when it cannot be read.
  template <class T> bool readValue(uint64_t Address, T &Value) {
    return read(Address, &Value, sizeof(T));
  }

  /// The pages that were read from, in the order of their first use.
  const std::vector<uint64_t> &usedPages() const { return Used; }

  /// Whether a page had to be fetched after the others.
  bool hasLatePage() const { return HasLatePage; }

private:
  static constexpr uint64_t PageSize = 4096;
  /// 8 MiB: no stack needs that, and garbage must not use up our memory.
  static constexpr size_t MaxPages = 2048;
  /// No user space reaches there (x86-64 with five levels: 2^56), so that
  /// sums of an address and a size do not wrap.
  static constexpr uint64_t AddressLimit = uint64_t(1) << 57;

  struct Page {
    std::array<std::byte, PageSize> Bytes;
    bool IsUsed = false;
  };

  using PageMap = std::unordered_map<uint64_t, std::unique_ptr<Page>>;

  /// Those of the addresses' pages that are not here.
  std::vector<uint64_t> missingPages(std::span<const uint64_t> Addresses) const;
  static void addPages(std::span<const uint64_t> PageAddresses,
                       std::vector<std::unique_ptr<Page>> &Into,
                       std::vector<RemoteRange> &Ranges);
  void keepPages(std::span<const RemoteRange> Ranges,
                 std::span<std::unique_ptr<Page>> Fetched);

  RemoteMemory &Memory;
  PageMap Pages;
  std::vector<uint64_t> Used;
  bool HasLatePage = false;
};

/// A field of a structure that was copied as bytes.
template <class T, size_t N>
T fieldAt(const std::array<std::byte, N> &Bytes, size_t Offset) {
  T Value{};
  if (Offset + sizeof(T) <= N)
    std::memcpy(&Value, Bytes.data() + Offset, sizeof(T));
  return Value;
}

} // namespace nostall

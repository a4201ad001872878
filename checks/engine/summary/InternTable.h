//===- InternTable.h - from hashes to numbers -------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Finds the number that a thing was given, where the things themselves stand
// in a table of the user's. Linking a large program is mostly this: tens of
// millions of look-ups among millions of things. So an entry takes 8 bytes and
// no allocation, and a look-up touches one cache line before the thing itself,
// which can be asked for in advance.
//
// Open addressing with linear probing; the upper bits of the hash say where an
// entry belongs, so that the table is in the order of hashes and grows by one
// pass over both.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/TUSummary.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nostall {

class InternTable {
public:
  /// Of the numbers with this hash the first that \p Is says yes to; NoIndex
  /// if there is none. Equal things must have equal hashes.
  template <typename Predicate>
  uint32_t find(uint64_t Hash, Predicate Is) const {
    if (Entries.empty())
      return NoIndex;
    uint32_t Tag = tagOf(Hash);
    for (size_t I = Tag >> Shift; Entries[I].Number != NoIndex;
         I = (I + 1) & Mask)
      if (Entries[I].Tag == Tag && Is(Entries[I].Number))
        return Entries[I].Number;
    return NoIndex;
  }

  /// \p Number must not be NoIndex.
  void add(uint64_t Hash, uint32_t Number) {
    // Half full at most: chains stay short.
    if (++Size * 2 > Entries.size())
      grow();
    put({tagOf(Hash), Number});
  }

  /// Asks for the memory that find() will look at first.
  void prefetch(uint64_t Hash) const {
    if (!Entries.empty())
      __builtin_prefetch(&Entries[tagOf(Hash) >> Shift]);
  }

  /// A number that find() may well ask its predicate about, or NoIndex.
  uint32_t candidate(uint64_t Hash) const {
    return Entries.empty() ? NoIndex : Entries[tagOf(Hash) >> Shift].Number;
  }

private:
  struct Entry {
    uint32_t Tag = 0;
    uint32_t Number = NoIndex;
  };

  /// Mixed, for hashes of which some bits are always the same.
  static uint32_t tagOf(uint64_t Hash) {
    return static_cast<uint32_t>((Hash * 0x9E3779B97F4A7C15ull) >> 32);
  }
  void put(Entry E) {
    size_t I = E.Tag >> Shift;
    while (Entries[I].Number != NoIndex)
      I = (I + 1) & Mask;
    Entries[I] = E;
  }
  void grow() {
    std::vector<Entry> Old(Entries.empty() ? 1 << 4 : Entries.size() * 2);
    Old.swap(Entries);
    Mask = Entries.size() - 1;
    Shift = 32;
    for (size_t Left = Entries.size(); Left > 1; Left /= 2)
      --Shift;
    for (const Entry &E : Old)
      if (E.Number != NoIndex)
        put(E);
  }

  std::vector<Entry> Entries; ///< A power of two of them.
  size_t Size = 0, Mask = 0;
  uint32_t Shift = 32;
};

} // namespace nostall

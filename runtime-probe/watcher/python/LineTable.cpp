//===- LineTable.cpp - from an instruction to its line --------------------===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "watcher/python/LineTable.h"

#include <algorithm>

using namespace nostall;

namespace {

/// The kinds of entries; the smaller ones have the column in the kind and one
/// byte more, and stay on the line.
enum Kind : unsigned {
  OneLine0 = 10,
  OneLine2 = 12,
  NoColumns = 13,
  Long = 14,
  None = 15,
};

/// Reads past the end as 0, which ends a number.
class TableReader {
public:
  explicit TableReader(std::span<const uint8_t> Bytes) : Bytes(Bytes) {}

  bool atEnd() const { return Next >= Bytes.size(); }
  /// The first byte of an entry has its top bit set, the others do not.
  bool atEntry() const { return !atEnd() && (Bytes[Next] & 0x80); }
  uint8_t take() { return atEnd() ? 0 : Bytes[Next++]; }

  /// Six bits a byte, lowest first; bit 6 says that more follow.
  uint32_t takeNumber() {
    uint32_t Number = 0;
    unsigned Shift = 0;
    uint8_t Byte;
    do {
      Byte = take();
      if (Shift < 32)
        Number |= uint32_t(Byte & 63) << Shift;
      Shift += 6;
    } while (Byte & 64);
    return Number;
  }

  /// The sign is the lowest bit.
  int64_t takeSigned() {
    const uint32_t Number = takeNumber();
    const int64_t Magnitude = Number >> 1;
    return (Number & 1) ? -Magnitude : Magnitude;
  }

private:
  std::span<const uint8_t> Bytes;
  size_t Next = 0;
};

} // namespace

std::optional<LineTable> LineTable::decode(std::span<const uint8_t> Bytes,
                                           int FirstLine) {
  LineTable Table;
  TableReader Reader(Bytes);
  int64_t Line = FirstLine;
  size_t Unit = 0;
  while (!Reader.atEnd()) {
    if (!Reader.atEntry())
      return std::nullopt;
    const uint8_t Head = Reader.take();
    const unsigned Kind = (Head >> 3) & 15;
    Unit += (Head & 7) + 1;
    if (Kind == NoColumns || Kind == Long)
      Line += Reader.takeSigned();
    else if (Kind >= OneLine0 && Kind <= OneLine2)
      Line += Kind - OneLine0;
    while (!Reader.atEnd() && !Reader.atEntry())
      Reader.take(); // Columns, the end line.
    if (Line < 0 || Line > INT32_MAX)
      return std::nullopt;
    const unsigned Shown = Kind == None ? 0 : static_cast<unsigned>(Line);
    if (!Table.Entries.empty() && Table.Entries.back().Line == Shown)
      Table.Entries.back().EndUnit = Unit;
    else
      Table.Entries.push_back({Unit, Shown});
  }
  Table.Entries.shrink_to_fit();
  return Table;
}

unsigned LineTable::lineOf(size_t Unit) const {
  const auto It = std::partition_point(
      Entries.begin(), Entries.end(),
      [Unit](const Entry &E) { return E.EndUnit <= Unit; });
  return It == Entries.end() ? 0 : It->Line;
}

//===- LineTable.h - from an instruction to its line ------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace nostall {

/// The location table of a code object, co_linetable in the format of CPython
/// 3.11 (PEP 626 and 657), decoded once: columns and end lines are left out.
class LineTable {
public:
  /// Nothing when the bytes are no such table.
  static std::optional<LineTable> decode(std::span<const uint8_t> Bytes,
                                         int FirstLine);

  /// The line of a code unit (an instruction is one or more); 0 when it has
  /// none, as code that the compiler made up.
  unsigned lineOf(size_t Unit) const;

private:
  struct Entry {
    size_t EndUnit;
    unsigned Line;
  };
  std::vector<Entry> Entries; ///< Ascending, each begins where the last ends.
};

} // namespace nostall

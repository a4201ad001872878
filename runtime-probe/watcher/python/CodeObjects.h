//===- CodeObjects.h - names and lines of Python's functions ----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "watcher/python/LineTable.h"
#include "watcher/python/MemorySnapshot.h"
#include "watcher/python/PythonImage.h"

#include <string>
#include <unordered_set>

namespace nostall {

/// What a frame shows of its code object.
struct PythonCode {
  std::string Function; ///< co_qualname, as UTF-8
  std::string File;     ///< co_filename, as UTF-8
  int FirstLine = 0;
  uint64_t FirstInstruction = 0; ///< Its address in the process.
  size_t Units = 0;              ///< Of code, of two bytes.
  LineTable Lines;
};

/// The code objects of one process that were met, by address.
///
/// An address can come to hold another code object (exec(), a reloaded module),
/// so each look-up compares what is there with what was read before; for a
/// whole stack of known ones that takes one system call.
class CodeObjects {
public:
  CodeObjects(RemoteMemory &Memory, const PythonImage &Image)
      : Memory(Memory), Image(Image) {}

  /// Brings these up to date. To be called before find().
  void load(std::span<const uint64_t> Addresses);

  /// Null when there is no code object now. Valid until the next load().
  const PythonCode *find(uint64_t Address) const;

  /// Whether the last load() found another one than was there before. A frame
  /// that was read before the load() may then be that of the old one.
  bool wasReplaced(uint64_t Address) const {
    return Replaced.contains(Address);
  }

private:
  struct Parts {
    uint64_t QualName = 0;
    uint64_t FileName = 0;
    uint64_t LineTable = 0;
    uint64_t Units = 0;
    int FirstLine = 0;
    bool operator==(const Parts &) const = default;
  };
  struct Known {
    Parts Read;
    PythonCode Code;
  };

  void loadOne(MemorySnapshot &Pages, uint64_t Address);
  std::optional<Parts> readParts(MemorySnapshot &Pages, uint64_t Address) const;
  std::optional<std::string> readString(MemorySnapshot &Pages,
                                        uint64_t Address) const;
  std::optional<LineTable> readLines(MemorySnapshot &Pages,
                                     const Parts &Object) const;

  RemoteMemory &Memory;
  PythonImage Image;
  std::unordered_map<uint64_t, Known> Cache;
  std::unordered_set<uint64_t> Replaced;
};

} // namespace nostall

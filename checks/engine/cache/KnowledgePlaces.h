//===- KnowledgePlaces.h - where libraries' knowledge was looked for -*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/cache/Bytes.h"
#include "engine/cache/FileStamp.h"

#include <string>
#include <vector>

namespace nostall::cache {

/// The folders in which a run looked for files called `nostall.yaml` or
/// `*.nostall.yaml`, and what it found.
class KnowledgePlaces {
public:
  static KnowledgePlaces look(const std::vector<std::string> &Folders);

  /// Whether a look now would find the same. A folder that was not touched is
  /// not listed again.
  bool hold() const;

  void write(ByteWriter &Out) const;
  static KnowledgePlaces read(ByteReader &In);

private:
  struct Place {
    std::string Folder;
    FileStamp Stamp;
    bool Settled = false;
    std::vector<std::string> Files; ///< Names, sorted.
    ContentKey Contents;
  };
  static Place lookIn(const std::string &Folder);
  static ContentKey contentsOf(const Place &P);
  std::vector<Place> Places;
};

} // namespace nostall::cache

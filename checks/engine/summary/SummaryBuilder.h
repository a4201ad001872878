//===- SummaryBuilder.h - interning for a summary under way -----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A TUSummary refers to strings, files, entities and slots by index. The
// builder owns the tables that turn a value into its index; the extractor and
// the linker both append through it.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/TUSummary.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"

#include <unordered_map>

namespace nostall {

/// The 128-bit name for a text that identifies an entity.
EntityName nameFor(llvm::StringRef Text);

class SummaryBuilder {
public:
  TUSummary Summary;

  SummaryBuilder();

  StringId string(llvm::StringRef Text);
  FileId file(llvm::StringRef Path);

  /// The index of the entity named \p E.Name in \p E.DeclFile, added when new.
  /// Flags of a known one are united.
  EntityIndex entity(const Entity &E);
  SlotIndex slot(const Slot &S);

  Argument argument(llvm::ArrayRef<Value> Values);
  void flow(FlowTarget Target, uint32_t Index, llvm::ArrayRef<Value> Values,
            Location Loc);

private:
  struct EntityKey {
    EntityName Name;
    FileId DeclFile;
    bool operator==(const EntityKey &) const = default;
  };
  struct EntityKeyHash {
    size_t operator()(const EntityKey &Key) const {
      return EntityNameHash()(Key.Name) ^ (size_t(Key.DeclFile) << 1);
    }
  };

  llvm::StringMap<StringId> Strings;
  llvm::StringMap<FileId> Files;
  std::unordered_map<EntityKey, EntityIndex, EntityKeyHash> Entities;
  std::unordered_map<EntityName, SlotIndex, EntityNameHash> Slots;
};

} // namespace nostall

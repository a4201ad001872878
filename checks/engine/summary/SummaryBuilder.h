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

#include "engine/summary/InternTable.h"
#include "model/TUSummary.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace nostall {

/// The 128-bit name for a text that identifies an entity.
EntityName nameFor(llvm::StringRef Text);

class SummaryBuilder {
public:
  TUSummary Summary;

  SummaryBuilder();

  StringId string(llvm::StringRef Text);
  FileId file(llvm::StringRef Path);

  /// string() and file() of many in turn, into \p Ids. Faster: what memory has
  /// to be looked at is known in advance.
  void strings(llvm::ArrayRef<std::string> Texts, std::vector<StringId> &Ids);
  void files(llvm::ArrayRef<std::string> Paths, std::vector<FileId> &Ids);

  /// The index of the entity named \p E.Name in \p E.DeclFile, added when new.
  /// Flags of a known one are united.
  EntityIndex entity(const Entity &E);
  SlotIndex slot(const Slot &S);
  /// Asks for the memory that entity(E) will look at.
  void prefetch(const Entity &E) const { Entities.prefetch(hashOf(E)); }

  Argument argument(llvm::ArrayRef<Value> Values);
  void flow(FlowTarget Target, uint32_t Index, llvm::ArrayRef<Value> Values,
            Location Loc);

private:
  static uint64_t hashOf(const Entity &E) {
    return E.Name.Low ^ (uint64_t(E.DeclFile) << 1);
  }
  void internAll(InternTable &Known, std::vector<std::string> &Table,
                 llvm::ArrayRef<std::string> Texts, std::vector<uint32_t> &Ids);

  InternTable Strings, Files, Entities, Slots;
  std::vector<uint64_t> Hashes; ///< Of internAll, kept for its memory.
};

} // namespace nostall

//===- SummaryBuilder.cpp - interning for a summary under way ---*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/summary/SummaryBuilder.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"

namespace nostall {

EntityName nameFor(llvm::StringRef Text) {
  llvm::XXH128_hash_t Hash = llvm::xxh3_128bits(llvm::arrayRefFromStringRef(Text));
  return {Hash.high64, Hash.low64};
}

SummaryBuilder::SummaryBuilder() {
  Strings[""] = 0;
  Files[""] = 0;
}

StringId SummaryBuilder::string(llvm::StringRef Text) {
  auto [It, New] =
      Strings.try_emplace(Text, static_cast<StringId>(Summary.Strings.size()));
  if (New)
    Summary.Strings.push_back(Text.str());
  return It->second;
}

FileId SummaryBuilder::file(llvm::StringRef Path) {
  auto [It, New] =
      Files.try_emplace(Path, static_cast<FileId>(Summary.Files.size()));
  if (New)
    Summary.Files.push_back(Path.str());
  return It->second;
}

EntityIndex SummaryBuilder::entity(const Entity &E) {
  auto [It, New] =
      Entities.try_emplace({E.Name, E.DeclFile},
                           static_cast<EntityIndex>(Summary.Entities.size()));
  if (New)
    Summary.Entities.push_back(E);
  else
    Summary.Entities[It->second].Flags |= E.Flags;
  return It->second;
}

SlotIndex SummaryBuilder::slot(const Slot &S) {
  auto [It, New] = Slots.try_emplace(
      S.Name, static_cast<SlotIndex>(Summary.Slots.size()));
  if (New)
    Summary.Slots.push_back(S);
  return It->second;
}

Argument SummaryBuilder::argument(llvm::ArrayRef<Value> Values) {
  Argument Arg{static_cast<uint32_t>(Summary.Values.size()),
               static_cast<uint32_t>(Values.size())};
  Summary.Values.insert(Summary.Values.end(), Values.begin(), Values.end());
  return Arg;
}

void SummaryBuilder::flow(FlowTarget Target, uint32_t Index,
                          llvm::ArrayRef<Value> Values, Location Loc) {
  if (Values.empty())
    return;
  Argument Arg = argument(Values);
  Summary.Flows.push_back({Target, Index, Arg.FirstValue, Arg.NumValues, Loc});
}

} // namespace nostall

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
  llvm::XXH128_hash_t Hash =
      llvm::xxh3_128bits(llvm::arrayRefFromStringRef(Text));
  return {Hash.high64, Hash.low64};
}

static uint64_t hashOfText(llvm::StringRef Text) {
  return llvm::xxh3_64bits(llvm::arrayRefFromStringRef(Text));
}

static uint32_t intern(InternTable &Known, std::vector<std::string> &Table,
                       llvm::StringRef Text, uint64_t Hash) {
  uint32_t Id =
      Known.find(Hash, [&](uint32_t Number) { return Table[Number] == Text; });
  if (Id != NoIndex)
    return Id;
  Id = static_cast<uint32_t>(Table.size());
  Known.add(Hash, Id);
  Table.push_back(Text.str());
  return Id;
}

SummaryBuilder::SummaryBuilder() {
  // The empty ones, which the tables have from the start.
  Strings.add(hashOfText(""), 0);
  Files.add(hashOfText(""), 0);
}

StringId SummaryBuilder::string(llvm::StringRef Text) {
  return intern(Strings, Summary.Strings, Text, hashOfText(Text));
}

FileId SummaryBuilder::file(llvm::StringRef Path) {
  return intern(Files, Summary.Files, Path, hashOfText(Path));
}

void SummaryBuilder::internAll(InternTable &Known,
                               std::vector<std::string> &Table,
                               llvm::ArrayRef<std::string> Texts,
                               std::vector<uint32_t> &Ids) {
  // Far enough ahead that memory has answered, near enough that it is kept.
  constexpr size_t Ahead = 8;
  Hashes.clear();
  for (const std::string &Text : Texts)
    Hashes.push_back(hashOfText(Text));
  Ids.clear();
  for (size_t I = 0, End = Texts.size(); I != End; ++I) {
    if (I + 3 * Ahead < End)
      Known.prefetch(Hashes[I + 3 * Ahead]);
    if (I + 2 * Ahead < End)
      if (uint32_t N = Known.candidate(Hashes[I + 2 * Ahead]); N != NoIndex)
        __builtin_prefetch(&Table[N]);
    if (I + Ahead < End)
      if (uint32_t N = Known.candidate(Hashes[I + Ahead]); N != NoIndex)
        __builtin_prefetch(Table[N].data());
    Ids.push_back(intern(Known, Table, Texts[I], Hashes[I]));
  }
}

void SummaryBuilder::strings(llvm::ArrayRef<std::string> Texts,
                             std::vector<StringId> &Ids) {
  internAll(Strings, Summary.Strings, Texts, Ids);
}

void SummaryBuilder::files(llvm::ArrayRef<std::string> Paths,
                           std::vector<FileId> &Ids) {
  internAll(Files, Summary.Files, Paths, Ids);
}

EntityIndex SummaryBuilder::entity(const Entity &E) {
  EntityIndex I = Entities.find(hashOf(E), [&](EntityIndex Number) {
    const Entity &Known = Summary.Entities[Number];
    return Known.Name == E.Name && Known.DeclFile == E.DeclFile;
  });
  if (I != NoIndex) {
    Summary.Entities[I].Flags |= E.Flags;
    return I;
  }
  I = static_cast<EntityIndex>(Summary.Entities.size());
  Entities.add(hashOf(E), I);
  Summary.Entities.push_back(E);
  return I;
}

SlotIndex SummaryBuilder::slot(const Slot &S) {
  SlotIndex I = Slots.find(S.Name.Low, [&](SlotIndex Number) {
    return Summary.Slots[Number].Name == S.Name;
  });
  if (I != NoIndex)
    return I;
  I = static_cast<SlotIndex>(Summary.Slots.size());
  Slots.add(S.Name.Low, I);
  Summary.Slots.push_back(S);
  return I;
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

//===- UnitCache.cpp - summaries of units, by what they were made of -*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/cache/UnitCache.h"

namespace nostall::cache {
namespace {

struct Variant {
  ContentKey Summary;
  std::string_view Diagnostics;
  std::string_view Read;
};

std::vector<Variant> variantsOf(std::string_view Bytes) {
  ByteReader In(Bytes);
  std::vector<Variant> Variants;
  for (uint32_t Left = In.getCount(24); Left && In.good(); --Left) {
    Variant V;
    V.Summary = In.get<ContentKey>();
    V.Diagnostics = In.getText();
    V.Read = In.getText();
    Variants.push_back(V);
  }
  if (!In.atEnd())
    Variants.clear();
  return Variants;
}

} // namespace

ContentKey UnitCache::key(const std::string &Directory, const std::string &File,
                          const std::vector<std::string> &Command) const {
  KeyBuilder Key;
  Key.add(Options).add(Directory).add(File);
  for (const std::string &Arg : Command)
    Key.add(Arg);
  return Key.finish();
}

std::optional<CachedUnit> UnitCache::find(const ContentKey &Unit) {
  std::optional<std::string> Bytes = Kept.read(EntryKind::Unit, Unit);
  if (!Bytes)
    return std::nullopt;
  for (const Variant &V : variantsOf(*Bytes)) {
    ByteReader In(V.Read);
    if (!Files.hold(In) || !Kept.has(EntryKind::Summary, V.Summary))
      continue;
    Kept.touch(EntryKind::Unit, Unit);
    Kept.touch(EntryKind::Summary, V.Summary);
    return CachedUnit{V.Summary, std::string(V.Diagnostics)};
  }
  return std::nullopt;
}

void UnitCache::add(const ContentKey &Unit, const CachedUnit &Result,
                    std::string_view Read, std::string_view Summary) {
  if (!Kept.has(EntryKind::Summary, Result.Summary) &&
      !Kept.write(EntryKind::Summary, Result.Summary, Summary))
    return;
  constexpr size_t Most = 4;
  std::optional<std::string> Bytes = Kept.read(EntryKind::Unit, Unit);
  std::vector<Variant> Variants = {{Result.Summary, Result.Diagnostics, Read}};
  for (const Variant &V : variantsOf(Bytes ? std::string_view(*Bytes) : std::string_view()))
    if (V.Read != Read && Variants.size() < Most)
      Variants.push_back(V);
  ByteWriter Out;
  Out.put(static_cast<uint32_t>(Variants.size()));
  for (const Variant &V : Variants)
    Out.put(V.Summary).putText(V.Diagnostics).putText(V.Read);
  Kept.write(EntryKind::Unit, Unit, Out.bytes());
}

} // namespace nostall::cache

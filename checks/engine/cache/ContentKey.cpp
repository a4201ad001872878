//===- ContentKey.cpp - names of what is kept -------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/cache/ContentKey.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstdio>

namespace nostall::cache {

std::string ContentKey::hex() const {
  char Text[33];
  snprintf(Text, sizeof(Text), "%016llx%016llx",
           static_cast<unsigned long long>(High),
           static_cast<unsigned long long>(Low));
  return Text;
}

ContentKey keyOf(std::string_view Bytes) {
  XXH128_hash_t Hash = XXH3_128bits(Bytes.data(), Bytes.size());
  return {Hash.high64, Hash.low64};
}

uint64_t checksum(std::string_view Bytes) {
  return XXH3_64bits(Bytes.data(), Bytes.size());
}

KeyBuilder &KeyBuilder::add(std::string_view Part) {
  add(static_cast<uint64_t>(Part.size()));
  Text += Part;
  return *this;
}

KeyBuilder &KeyBuilder::add(uint64_t Number) {
  Text.append(reinterpret_cast<const char *>(&Number), sizeof(Number));
  return *this;
}

} // namespace nostall::cache

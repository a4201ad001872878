//===- ContentKey.h - names of what is kept ---------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whatever the cache keeps is named by a hash of all that it depends on. This
// folder needs no LLVM: the program looks here before it loads it.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nostall::cache {

/// XXH3, 128 bit. All zero means "none".
struct ContentKey {
  uint64_t High = 0;
  uint64_t Low = 0;

  friend bool operator==(const ContentKey &, const ContentKey &) = default;
  explicit operator bool() const { return High || Low; }
  /// 32 hexadecimal digits.
  std::string hex() const;
};

ContentKey keyOf(std::string_view Bytes);

/// XXH3, 64 bit, to tell damage.
uint64_t checksum(std::string_view Bytes);

/// Collects what a key depends on. Lengths go in, so that no two different
/// lists make one text.
class KeyBuilder {
public:
  KeyBuilder &add(std::string_view Part);
  KeyBuilder &add(uint64_t Number);
  KeyBuilder &add(const ContentKey &Key) { return add(Key.High).add(Key.Low); }
  ContentKey finish() const { return keyOf(Text); }

private:
  std::string Text;
};

} // namespace nostall::cache

//===- Bytes.h - writing and reading entries --------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/cache/ContentKey.h"

#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>

namespace nostall::cache {

/// Numbers as the machine has them: a cache stays where it is.
class ByteWriter {
public:
  template <typename T> ByteWriter &put(T Number) {
    static_assert(std::is_trivially_copyable_v<T>);
    Out.append(reinterpret_cast<const char *>(&Number), sizeof(Number));
    return *this;
  }
  ByteWriter &putText(std::string_view Text) {
    put(static_cast<uint32_t>(Text.size()));
    Out += Text;
    return *this;
  }
  const std::string &bytes() const { return Out; }

private:
  std::string Out;
};

/// Gives zeros and empty texts from the first place on where the bytes end too
/// early; good() tells. The texts point into what is read.
class ByteReader {
public:
  explicit ByteReader(std::string_view Bytes) : Rest(Bytes) {}

  template <typename T> T get() {
    static_assert(std::is_trivially_copyable_v<T>);
    T Number{};
    if (std::string_view Part = take(sizeof(T)); !Part.empty())
      memcpy(&Number, Part.data(), sizeof(T));
    return Number;
  }
  std::string_view getText() { return take(get<uint32_t>()); }
  /// Of things that take \p Least bytes or more each.
  uint32_t getCount(size_t Least) {
    uint32_t Count = get<uint32_t>();
    if (Count > Rest.size() / Least)
      Good = false;
    return Good ? Count : 0;
  }
  /// How much is left.
  size_t rest() const { return Rest.size(); }
  bool good() const { return Good; }
  bool atEnd() const { return Good && Rest.empty(); }

private:
  std::string_view take(size_t Size) {
    if (!Good || Size > Rest.size()) {
      Good = false;
      return {};
    }
    std::string_view Part = Rest.substr(0, Size);
    Rest.remove_prefix(Size);
    return Part;
  }

  std::string_view Rest;
  bool Good = true;
};

} // namespace nostall::cache

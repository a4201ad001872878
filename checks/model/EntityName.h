//===- EntityName.h - identity of a function or slot across files -*- C++ -*-=//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An EntityName identifies a function (or a place that can hold a callable)
// in every translation unit that mentions it. It is a 128-bit hash of the
// mangled name, extended so that no two bodies share one:
//   * the root-relative file, where linkage is internal;
//   * the parent's name and the closure's ordinal in it, for a lambda.
// docs/adr/0001 says why the mangled name and not the USR.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

namespace nostall {

struct EntityName {
  uint64_t High = 0;
  uint64_t Low = 0;

  friend auto operator<=>(const EntityName &, const EntityName &) = default;
  bool isNull() const { return High == 0 && Low == 0; }
};

/// For unordered containers. The name is a hash already.
struct EntityNameHash {
  size_t operator()(const EntityName &Name) const {
    return static_cast<size_t>(Name.Low);
  }
};

} // namespace nostall

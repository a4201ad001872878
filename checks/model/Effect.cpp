//===- Effect.cpp - what a call may do to its thread ------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "model/Effect.h"

#include <array>
#include <cstddef>

namespace nostall {

static constexpr std::array<std::string_view, NumCategories> CategoryNames = {
    "file", "socket",   "dns",   "sleep",  "lock", "wait",   "process",
    "ipc",  "database", "stdio", "loader", "auth", "device", "cpu"};
static constexpr std::array<std::string_view, 3> TierNames = {
    "rarely", "likely", "always"};

template <typename Enum, size_t N>
static std::optional<Enum> find(const std::array<std::string_view, N> &Names,
                                std::string_view Name) {
  for (size_t I = 0; I < N; ++I)
    if (Names[I] == Name)
      return static_cast<Enum>(I);
  return std::nullopt;
}

std::string_view name(Category C) {
  return CategoryNames[static_cast<size_t>(C)];
}
std::string_view name(Tier T) { return TierNames[static_cast<size_t>(T)]; }
std::optional<Category> categoryFromName(std::string_view Name) {
  return find<Category>(CategoryNames, Name);
}
std::optional<Tier> tierFromName(std::string_view Name) {
  return find<Tier>(TierNames, Name);
}

} // namespace nostall

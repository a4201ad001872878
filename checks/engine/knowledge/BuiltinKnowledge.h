//===- BuiltinKnowledge.h - the files that are compiled in ------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include <span>
#include <string_view>

namespace nostall {

struct BuiltinKnowledge {
  std::string_view Name; ///< "posix.yaml"
  std::string_view Text;
};

/// Generated at build time from checks/knowledge/*.yaml, sorted by name.
std::span<const BuiltinKnowledge> builtinKnowledge();

} // namespace nostall

//===- BuiltinKnowledge.h - the files that are compiled in ------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include <string_view>

namespace nostall {

/// Generated at build time from checks/knowledge/*.yaml, sorted by name; for
/// unpackKnowledge().
std::string_view builtinKnowledge();

} // namespace nostall

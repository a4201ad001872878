//===- Aliases.h - libraries under other names ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Standalone Asio has in 'asio' what Boost.Asio has in 'boost::asio'. A
// knowledge file describes one of them; an alias repeats it for the other.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/knowledge/Knowledge.h"

namespace nostall {

/// Another spelling of a namespace.
struct Alias {
  std::string From;
  std::string To;
};

/// Everything under \p A.From exists under \p A.To as well.
void addAlias(const Alias &A, LibraryKnowledge &Out);

} // namespace nostall

//===- Program.h - which program this is ------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include <string>

namespace nostall {

/// "nostall 0.1.0 (BUILD-ID; Clang's version)": of two programs with the same
/// identity it can be relied on that they write the same.
std::string programIdentity();

} // namespace nostall

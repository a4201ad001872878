//===- Amounts.h - amounts in words -----------------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstdint>
#include <string>

namespace nostall {

/// Three digits: "1.25 s", "184 ms", "950 us".
std::string durationText(uint64_t Nanoseconds);

/// "1 stall", "2 stalls"
std::string countText(uint64_t Count, const std::string &One);

} // namespace nostall

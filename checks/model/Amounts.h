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

/// Two digits, for estimates: "1.3 s", "180 ms", "9 us".
std::string roughDurationText(uint64_t Nanoseconds);
/// Two digits: "1,300", "75".
std::string roughNumberText(uint64_t Number);

/// "1 stall", "2 stalls"
std::string countText(uint64_t Count, const std::string &One);

} // namespace nostall

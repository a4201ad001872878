//===- DefaultJobs.h - how many units at a time -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstdint>
#include <optional>

namespace nostall {

/// What a unit may need, in bytes. Units of C++ that were measured took 170 to
/// 190 MiB; the rest is for larger ones.
constexpr uint64_t UnitMemory = uint64_t(512) << 20;

/// Bytes that can be had without swapping: what the kernel says is available,
/// or less where this process's control group, or one around it, has a limit.
/// None where /proc cannot be read. \p Root stands before the paths.
std::optional<uint64_t> availableMemory(llvm::StringRef Root = "");

/// As many units as there are processors for this process, as far as \p Memory
/// bytes go; at least one.
unsigned defaultJobs(std::optional<uint64_t> Memory);

} // namespace nostall

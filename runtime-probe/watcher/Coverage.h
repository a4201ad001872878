//===- Coverage.h - why no event loop was seen ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace nostall {

/// A sentence for the report: the program is statically linked, set-user-id, did
/// not load the probe, or waits in a way that is not interposed.
std::string whyNoLoop(const std::vector<std::string> &Command,
                      uint32_t Processes, uint64_t Waits);

} // namespace nostall

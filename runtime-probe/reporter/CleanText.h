//===- CleanText.h - text that may be printed -------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>

namespace nostall::report {

/// Valid UTF-8 without control characters. A thread may call itself anything; a
/// report must not send it to a terminal.
std::string cleanText(llvm::StringRef Text);

} // namespace nostall::report

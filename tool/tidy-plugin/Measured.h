//===- Measured.h - what findings cost at run time --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads findings JSON in which findings were joined with a stall trace
// (docs/formats.md) and says of each, in a few words, what was measured.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace nostall {

/// By fingerprint: "measured: 12 stalls, longest 80 ms, 340 ms in all".
/// Findings of which the trace says nothing are not there.
using MeasuredCosts = llvm::StringMap<std::string>;

/// Fails on a file that is no findings JSON; the error names the file.
llvm::Expected<MeasuredCosts> readMeasuredCosts(llvm::StringRef Path);

} // namespace nostall

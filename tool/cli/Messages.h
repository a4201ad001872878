//===- Messages.h - the standard error, on record ---------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/cache/RunRecord.h"

#include "llvm/Support/raw_ostream.h"

namespace nostall {

/// What `nostall check` says besides its findings goes here, not to errs(): a
/// run whose result is taken from the cache says the same.
llvm::raw_ostream &messages();

/// All that was said and written so far, in order.
cache::RunResult &written();

} // namespace nostall

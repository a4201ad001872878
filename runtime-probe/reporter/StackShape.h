//===- StackShape.h - what of a stack counts --------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is above and below the program's own functions is chance: where in the
// library's sort a sample fell, how a thread was started, whether libc's
// symbols were at hand.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "reporter/StallReport.h"

#include "llvm/ADT/ArrayRef.h"

namespace nostall::report {

/// The function, or "?? in libfoo.so.1".
std::string frameName(const Frame &F);

/// Of the C or C++ library.
bool isStandardLibrary(const Frame &F);

/// The number of frames without those that start a thread or a program.
size_t usefulFrames(const Stack &Frames);

/// The frames that say where it is. A computation is in the function of the
/// standard library that the program calls, wherever in it the sample was
/// taken.
llvm::ArrayRef<Frame> placeOf(const Stack &Frames, const std::string &Cause);

/// The words that tell a place from others: what a signature's id is made of.
/// A function that calls itself counts once.
std::vector<std::string> placeWords(const Stack &Frames,
                                    const std::string &Cause);

} // namespace nostall::report

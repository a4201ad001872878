//===- InterpreterStack.h - native and interpreter frames joined -*- C++ -*-=//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "watcher/StallRecord.h"

namespace nostall {

/// Puts the Python functions where the native stack has the interpreter's loop:
/// one native frame of _PyEval_EvalFrameDefault stands for the Python frames
/// from its innermost to the one that was entered from C. Where that frame
/// cannot be told (no symbol), the Python frames go in front of the native
/// ones.
void replaceInterpreterFrames(UnwoundStack &Stack,
                              const std::vector<InterpreterFrame> &Frames);

} // namespace nostall

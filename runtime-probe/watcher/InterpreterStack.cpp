//===- InterpreterStack.cpp - native and interpreter frames joined -*- C++ -*-//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "watcher/InterpreterStack.h"

namespace nostall {

void replaceInterpreterFrames(UnwoundStack &Stack,
                              const std::vector<InterpreterFrame> &Frames) {
  std::vector<UnwoundFrame> Result;
  size_t Next = 0;
  auto Add = [&] {
    UnwoundFrame F;
    F.Function = Frames[Next].Function;
    F.File = Frames[Next].File;
    F.Line = Frames[Next].Line;
    Result.push_back(std::move(F));
    return Frames[Next++].IsEntry;
  };
  bool HasLoop = false;
  for (const UnwoundFrame &F : Stack.Frames)
    HasLoop |= F.IsPythonLoop;
  if (!HasLoop)
    while (Next < Frames.size())
      Add();
  for (UnwoundFrame &F : Stack.Frames) {
    if (!F.IsPythonLoop) {
      Result.push_back(std::move(F));
      continue;
    }
    while (Next < Frames.size() && !Add())
      ;
  }
  // A native stack that was cut off: the outer functions are still worth it.
  while (Next < Frames.size())
    Add();
  Stack.Frames = std::move(Result);
}

} // namespace nostall

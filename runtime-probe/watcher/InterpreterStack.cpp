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
  // Of a running thread the innermost frames may not have been readable: native
  // and interpreter frames are paired from the outermost.
  size_t Loops = 0, Entries = 0;
  for (const UnwoundFrame &F : Stack.Frames)
    Loops += F.IsPythonLoop;
  for (const InterpreterFrame &F : Frames)
    Entries += F.IsEntry;
  size_t Unpaired = Loops > Entries ? Loops - Entries : 0;
  if (!Loops)
    while (Next < Frames.size())
      Add();
  for (UnwoundFrame &F : Stack.Frames) {
    if (!F.IsPythonLoop || Unpaired) {
      Unpaired -= F.IsPythonLoop;
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

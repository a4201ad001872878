//===- StackShape.cpp - what of a stack counts ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "reporter/StackShape.h"

#include "reporter/Words.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Path.h"

namespace nostall::report {
namespace {

using llvm::StringRef;

StringRef fileOf(const Frame &F) { return llvm::sys::path::filename(F.Module); }

bool isLibc(const Frame &F) {
  StringRef File = fileOf(F);
  return llvm::any_of(llvm::ArrayRef<StringRef>{"libc.so", "libc-2",
                                                "libpthread", "ld-linux",
                                                "ld-musl", "libc.musl", "ld-2"},
                      [&](StringRef Start) { return File.starts_with(Start); });
}

/// Starts the program or the thread.
bool isStart(const Frame &F) {
  StringRef Function = F.Function;
  return isLibc(F) || Function == "_start" || Function == "start_thread" ||
         Function == "clone" || Function == "clone3" ||
         Function.starts_with("__libc_start_") ||
         Function == "execute_native_thread_routine" ||
         (Function.empty() && fileOf(F).starts_with("libstdc++.so"));
}

} // namespace

std::string frameName(const Frame &F) {
  if (!F.Function.empty())
    return F.Function;
  if (F.Module.empty())
    return "??";
  return "?? in " + fileOf(F).str();
}

bool isStandardLibrary(const Frame &F) {
  StringRef Function = F.Function;
  StringRef File = fileOf(F);
  return isLibc(F) || Function.starts_with("std::") ||
         Function.starts_with("__gnu_cxx::") ||
         Function.starts_with("__cxxabiv1::") || File == "[vdso]" ||
         File.starts_with("libstdc++.so") || File.starts_with("libc++.so") ||
         File.starts_with("libm.so") || File.starts_with("libgcc_s.so");
}

size_t usefulFrames(const Stack &Frames) {
  size_t Count = Frames.size();
  // In a stripped program _start has no name, but libc is what it calls.
  while (Count > 1 &&
         (isStart(Frames[Count - 1]) ||
          (Frames[Count - 1].Function.empty() && isStart(Frames[Count - 2]))))
    --Count;
  return Count;
}

llvm::ArrayRef<Frame> placeOf(const Stack &Frames, const std::string &Cause) {
  llvm::ArrayRef<Frame> Place(Frames.data(), usefulFrames(Frames));
  if (isComputing(Cause))
    while (Place.size() > 1 && isStandardLibrary(Place[0]) &&
           isStandardLibrary(Place[1]))
      Place = Place.drop_front();
  return Place;
}

std::vector<std::string> placeWords(const Stack &Frames,
                                    const std::string &Cause) {
  std::vector<std::string> Words;
  for (const Frame &F : placeOf(Frames, Cause)) {
    std::string Word = frameName(F);
    if (Words.empty() || Words.back() != Word)
      Words.push_back(std::move(Word));
  }
  return Words;
}

} // namespace nostall::report

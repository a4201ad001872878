//===- Progress.cpp - a progress bar ----------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/Progress.h"

#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

#include <fmt/format.h>

namespace nostall {

Progress::Progress(size_t Total, bool Wanted)
    : Total(Total),
      Shown(Wanted && llvm::sys::Process::StandardErrIsDisplayed()) {}

void Progress::done(llvm::StringRef File) {
  ++Done;
  if (!Shown)
    return;
  constexpr size_t Width = 24;
  size_t Filled = Total ? Width * Done / Total : Width;
  llvm::errs() << fmt::format("\r\x1b[K[{}{}] {}/{} {}",
                              std::string(Filled, '#'),
                              std::string(Width - Filled, '.'), Done, Total,
                              llvm::sys::path::filename(File).str());
}

void Progress::finish() {
  if (Shown)
    llvm::errs() << "\r\x1b[K";
}

} // namespace nostall

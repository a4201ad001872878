//===- Progress.h - a progress bar ------------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "llvm/ADT/StringRef.h"

#include <cstddef>

namespace nostall {

/// One line on standard error, when that is a terminal; nothing otherwise.
class Progress {
public:
  Progress(size_t Total, bool Wanted);
  void done(llvm::StringRef File);
  /// Clears the line.
  void finish();

private:
  size_t Total;
  size_t Done = 0;
  bool Shown;
};

} // namespace nostall

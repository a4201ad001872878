//===- TemporaryFolder.h - a folder that goes with its owner ----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A job in CI is ended by a signal as often as by itself, and what it leaves
// in a temporary folder stays there on a machine of one's own.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "llvm/ADT/StringRef.h"

#include <string>
#include <system_error>

namespace nostall {

/// Removed with all that is in it when the object goes, and when SIGHUP, SIGINT
/// or SIGTERM ends the process that made it; not in its forked children. Made
/// and destroyed by one thread; at most four at a time.
class TemporaryFolder {
public:
  /// In $TMPDIR or /tmp, readable by the user alone.
  explicit TemporaryFolder(llvm::StringRef Prefix);
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder &) = delete;
  TemporaryFolder &operator=(const TemporaryFolder &) = delete;

  /// Set if there is none.
  std::error_code error() const { return Error; }
  /// Absolute.
  const std::string &path() const { return Path; }

private:
  std::string Path;
  std::error_code Error;
  int Slot = -1; ///< Where the signal handler finds it.
};

} // namespace nostall

//===- OpenFiles.h - what the editor has open -------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Listens to what the client tells clangd: which files are open, and when one
// is saved. That is all that the refresh of the index needs to know.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "llvm/ADT/StringRef.h"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace nostall {

struct FileEvent {
  enum class Kind { Opened, Saved } What;
  std::string Path; ///< Absolute.
};

/// Thread-safe.
class OpenFiles {
public:
  /// Takes note of a message of the client; what it says of a file, if that is
  /// of interest.
  std::optional<FileEvent> hear(llvm::StringRef Json);

  /// Messages that make clangd look again at each open file that is \p Path
  /// or below it: changes that change nothing, after lookAgain() (and with
  /// clangd's extension wantDiagnostics).
  std::vector<std::string> rebuild(llvm::StringRef Path) const;

private:
  struct Document {
    std::string Uri; ///< As the client writes it.
    std::optional<int64_t> Version;
  };
  mutable std::mutex Mutex;
  std::map<std::string, Document> Documents; ///< By path.
};

} // namespace nostall

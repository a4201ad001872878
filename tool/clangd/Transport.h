//===- Transport.h - between the editor and clangd --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// clangd reads its standard input and writes its standard output. Both are
// replaced by pipes, and two threads stand in between: one listens to the
// client and can add messages of its own, the other hands on what clangd says
// after a look at it. What is no language server traffic passes unchanged.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "clangd/OpenFiles.h"

#include "llvm/Support/Error.h"

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace nostall {

/// One per process. start() before anything is read or written, finish() when
/// clangd has ended.
class Transport {
public:
  struct Hooks {
    /// On the client's thread; must not wait.
    std::function<void(const FileEvent &)> OnFile;
    /// From a message of clangd's to what the client gets; none for the same.
    std::function<std::optional<std::string>(llvm::StringRef)> Rewrite;
  };
  explicit Transport(Hooks H) : H(std::move(H)) {}
  ~Transport() { finish(); }

  llvm::Error start();
  /// Makes clangd look again at \p Path, or at the open files below it.
  /// Thread-safe.
  void rebuild(llvm::StringRef Path);
  /// Hands on what clangd has still written. clangd's streams must have been
  /// flushed; may be called twice.
  void finish();

private:
  void forwardClient();
  void forwardServer();
  bool passOn(class FrameReader &Frames);
  bool sendToClangd(llvm::StringRef Bytes);

  Hooks H;
  OpenFiles Files;
  std::mutex ToClangd; ///< Held for whole messages.
  bool Framed = false; ///< The client speaks in frames; under ToClangd.
  int ClientIn = -1, ClientOut = -1; ///< The client's ends.
  int ClangdIn = -1, ClangdOut = -1; ///< Our ends of clangd's pipes.
  int Stop = -1;                     ///< An eventfd.
  std::thread Client, Server;
};

} // namespace nostall

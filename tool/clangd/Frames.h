//===- Frames.h - messages of the language server protocol ------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The protocol's base layer: headers, an empty line, Content-Length bytes of
// JSON. Cuts a stream into such messages.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "llvm/ADT/StringRef.h"

#include <optional>
#include <string>

namespace nostall {

/// Not thread-safe.
class FrameReader {
public:
  void feed(llvm::StringRef Bytes) { Buffer += Bytes; }

  /// The next complete message without its headers; none until more is fed.
  /// What \p Message refers to is valid until the next call.
  std::optional<llvm::StringRef> next();

  /// True once the stream has turned out not to be framed (clangd --version,
  /// --input-style=delimited). next() gives nothing more then; what is left
  /// is rest().
  bool isRaw() const { return Raw; }

  /// All that was fed and not given out; leaves the reader empty.
  std::string rest();

private:
  std::string Buffer;
  size_t Given = 0; ///< Bytes of Buffer that next() has given out.
  bool Raw = false;
};

/// \p Json with its headers.
std::string frame(llvm::StringRef Json);

} // namespace nostall

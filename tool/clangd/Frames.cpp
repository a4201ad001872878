//===- Frames.cpp - messages of the language server protocol ----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "clangd/Frames.h"

#include "llvm/ADT/Twine.h"

namespace nostall {

/// More is no message but a stream that we misread.
static constexpr size_t MaxMessage = size_t(1) << 30;

/// The value of Content-Length among \p Headers.
static std::optional<size_t> contentLength(llvm::StringRef Headers) {
  while (!Headers.empty()) {
    auto [Line, Rest] = Headers.split('\n');
    Headers = Rest;
    size_t Length;
    if (Line.consume_front_insensitive("Content-Length:") &&
        !Line.trim().getAsInteger(10, Length) && Length <= MaxMessage)
      return Length;
  }
  return std::nullopt;
}

std::optional<llvm::StringRef> FrameReader::next() {
  if (Given) {
    Buffer.erase(0, Given);
    Given = 0;
  }
  if (Raw)
    return std::nullopt;
  llvm::StringRef All(Buffer);
  // Headers start with a header's name, of which there are two.
  llvm::StringRef Start = All.take_front(std::min<size_t>(All.size(), 8));
  if (!llvm::StringRef("content-").starts_with_insensitive(Start)) {
    Raw = true;
    return std::nullopt;
  }
  size_t End = All.find("\r\n\r\n");
  size_t Separator = 4;
  if (End == llvm::StringRef::npos) {
    // As clangd does, for people who type.
    End = All.find("\n\n");
    Separator = 2;
  }
  if (End == llvm::StringRef::npos) {
    Raw = All.size() > 4096;
    return std::nullopt;
  }
  std::optional<size_t> Length = contentLength(All.take_front(End));
  if (!Length) {
    Raw = true;
    return std::nullopt;
  }
  size_t First = End + Separator;
  if (All.size() - First < *Length)
    return std::nullopt;
  Given = First + *Length;
  return All.substr(First, *Length);
}

std::string FrameReader::rest() {
  std::string Rest = Buffer.substr(Given);
  Buffer.clear();
  Given = 0;
  return Rest;
}

std::string frame(llvm::StringRef Json) {
  return ("Content-Length: " + llvm::Twine(Json.size()) + "\r\n\r\n" + Json)
      .str();
}

} // namespace nostall

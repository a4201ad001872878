//===- Messages.cpp - the standard error, on record -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/Messages.h"

namespace nostall {
namespace {

class RecordedErrors : public llvm::raw_ostream {
public:
  RecordedErrors() { SetUnbuffered(); }

private:
  void write_impl(const char *Text, size_t Size) override {
    llvm::errs().write(Text, Size);
    auto &Pieces = written().Pieces;
    if (Pieces.empty() || !Pieces.back().File.empty())
      Pieces.emplace_back();
    Pieces.back().Text.append(Text, Size);
    Position += Size;
  }
  uint64_t current_pos() const override { return Position; }

  uint64_t Position = 0;
};

} // namespace

llvm::raw_ostream &messages() {
  static RecordedErrors Errors;
  return Errors;
}

cache::RunResult &written() {
  static cache::RunResult Result;
  return Result;
}

} // namespace nostall

//===- CleanText.cpp - text that may be printed -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "reporter/CleanText.h"

#include "llvm/Support/JSON.h"

namespace nostall::report {

std::string cleanText(llvm::StringRef Text) {
  std::string Clean = llvm::json::fixUTF8(Text);
  for (size_t I = 0; I < Clean.size(); ++I) {
    auto Byte = static_cast<unsigned char>(Clean[I]);
    // The second block of controls: two bytes in UTF-8.
    bool Second = Byte == 0xc2 && I + 1 < Clean.size() &&
                  static_cast<unsigned char>(Clean[I + 1]) < 0xa0;
    if (Second)
      Clean.erase(I, 1);
    if (Second || Byte < 0x20 || Byte == 0x7f)
      Clean[I] = '?';
  }
  return Clean;
}

} // namespace nostall::report

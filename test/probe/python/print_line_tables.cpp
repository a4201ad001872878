//===- print_line_tables.cpp - the lines of code objects ------------------===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads lines "FIRSTLINE UNITS HEX" (of co_linetable) and prints, for each, the
// line of every code unit, 0 for none; or "invalid".
//
//===----------------------------------------------------------------------===//

#include "watcher/python/LineTable.h"

#include <cstdio>
#include <iostream>
#include <string>

using namespace nostall;

int main() {
  int FirstLine;
  size_t Units;
  std::string Hex;
  while (std::cin >> FirstLine >> Units >> Hex) {
    std::vector<uint8_t> Bytes;
    for (size_t I = 0; I + 1 < Hex.size(); I += 2)
      Bytes.push_back(
          static_cast<uint8_t>(std::stoul(Hex.substr(I, 2), nullptr, 16)));
    const std::optional<LineTable> Table = LineTable::decode(Bytes, FirstLine);
    if (!Table) {
      std::puts("invalid");
      continue;
    }
    for (size_t Unit = 0; Unit < Units; ++Unit)
      std::printf("%u ", Table->lineOf(Unit));
    std::puts("");
  }
  return 0;
}

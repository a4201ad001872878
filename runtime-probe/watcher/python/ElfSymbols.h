//===- ElfSymbols.h - addresses of a mapped file's symbols ------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nostall {

/// An ELF file as one process has it mapped.
struct MappedFile {
  std::string Path;    ///< As the process sees it.
  uint64_t Start = 0;  ///< Of its first mapping.
  uint64_t Offset = 0; ///< In the file, of that mapping.
};

struct WantedSymbol {
  std::string_view Name;
  uint64_t Address = 0; ///< 0: not found yet.
};

/// The full symbol table of a large program takes long to search.
enum class SymbolTables { Dynamic, All };

/// Fills in the addresses that are still 0, of the symbols that the file
/// defines. \p OpenPath is where this process can open the file. False, with
/// \p Reason, when it is not the ELF file that is mapped.
bool resolveSymbols(const MappedFile &File, const std::string &OpenPath,
                    SymbolTables Tables, std::vector<WantedSymbol> &Symbols,
                    std::string &Reason);

} // namespace nostall

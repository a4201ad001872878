//===- Program.cpp - which program this is ----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/Program.h"

#include "clang/Basic/Version.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"

#include <fmt/format.h>

#include <cstdint>
#include <elf.h>
#include <link.h>

namespace nostall {

/// The linker's hash of what it has linked, in hexadecimal digits.
static std::string buildIdIn(const char *Note, const char *End) {
  while (Note + sizeof(ElfW(Nhdr)) <= End) {
    const auto *Header = reinterpret_cast<const ElfW(Nhdr) *>(Note);
    const char *Name = Note + sizeof(*Header);
    const char *Value = Name + llvm::alignTo(Header->n_namesz, 4);
    if (Header->n_type == NT_GNU_BUILD_ID &&
        llvm::StringRef(Name, Header->n_namesz) == llvm::StringRef("GNU\0", 4))
      return llvm::toHex(llvm::StringRef(Value, Header->n_descsz),
                         /*LowerCase=*/true);
    Note = Value + llvm::alignTo(Header->n_descsz, 4);
  }
  return "";
}

/// Of the file that this code is in.
static std::string ownBuildId() {
  std::string Found;
  dl_iterate_phdr(
      [](dl_phdr_info *Info, size_t, void *Out) {
        const auto Here = reinterpret_cast<uintptr_t>(&buildIdIn);
        bool IsOwn = false;
        for (int I = 0; I < Info->dlpi_phnum; ++I) {
          const ElfW(Phdr) &Part = Info->dlpi_phdr[I];
          uintptr_t Start = Info->dlpi_addr + Part.p_vaddr;
          IsOwn |= Part.p_type == PT_LOAD && Here >= Start &&
                   Here < Start + Part.p_memsz;
        }
        for (int I = 0; IsOwn && I < Info->dlpi_phnum; ++I) {
          const ElfW(Phdr) &Part = Info->dlpi_phdr[I];
          const char *Start =
              reinterpret_cast<const char *>(Info->dlpi_addr + Part.p_vaddr);
          if (Part.p_type != PT_NOTE)
            continue;
          std::string Id = buildIdIn(Start, Start + Part.p_memsz);
          if (!Id.empty())
            *static_cast<std::string *>(Out) = Id;
        }
        return static_cast<int>(IsOwn);
      },
      &Found);
  return Found;
}

std::string programIdentity() {
  return fmt::format("nostall {} ({}; {})", NOSTALL_VERSION, ownBuildId(),
                     clang::getClangFullVersion());
}

} // namespace nostall

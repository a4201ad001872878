//===- ElfSymbols.cpp - addresses of a mapped file's symbols --------------===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "watcher/python/ElfSymbols.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <unistd.h>

using namespace nostall;

namespace {

/// Closes in the order that libelf needs.
class ElfFile {
public:
  explicit ElfFile(const std::string &Path)
      : Fd(open(Path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (Fd < 0) {
      Error = std::strerror(errno);
      return;
    }
    elf_version(EV_CURRENT);
    Handle = elf_begin(Fd, ELF_C_READ_MMAP, nullptr);
    if (!Handle || elf_kind(Handle) != ELF_K_ELF)
      Error = "not an ELF file";
  }
  ~ElfFile() {
    elf_end(Handle);
    if (Fd >= 0)
      close(Fd);
  }
  ElfFile(const ElfFile &) = delete;
  ElfFile &operator=(const ElfFile &) = delete;

  int Fd;
  Elf *Handle = nullptr;
  std::string Error; ///< Empty when it can be used.
};

} // namespace

/// What to add to the file's addresses: 0 for a program at a fixed address.
static std::optional<uint64_t> findBias(Elf *Handle, const MappedFile &File) {
  size_t Count = 0;
  if (elf_getphdrnum(Handle, &Count) != 0)
    return std::nullopt;
  const uint64_t InPage = static_cast<uint64_t>(sysconf(_SC_PAGESIZE)) - 1;
  for (size_t I = 0; I < Count; ++I) {
    GElf_Phdr Header;
    if (!gelf_getphdr(Handle, static_cast<int>(I), &Header))
      return std::nullopt;
    if (Header.p_type == PT_LOAD && (Header.p_offset & ~InPage) == File.Offset)
      return File.Start - (Header.p_vaddr & ~InPage);
  }
  return std::nullopt;
}

static void resolveInTable(Elf *Handle, Elf_Scn *Section,
                           const GElf_Shdr &Header, uint64_t Bias,
                           std::vector<WantedSymbol> &Symbols) {
  Elf_Data *Data = elf_getdata(Section, nullptr);
  if (!Data || Header.sh_entsize == 0)
    return;
  const size_t Count = Header.sh_size / Header.sh_entsize;
  for (size_t I = 0; I < Count; ++I) {
    GElf_Sym Symbol;
    if (!gelf_getsym(Data, static_cast<int>(I), &Symbol))
      return;
    if (Symbol.st_shndx == SHN_UNDEF ||
        GELF_ST_TYPE(Symbol.st_info) != STT_OBJECT)
      continue;
    const char *Name = elf_strptr(Handle, Header.sh_link, Symbol.st_name);
    if (!Name)
      continue;
    for (WantedSymbol &Wanted : Symbols)
      if (Wanted.Address == 0 && Wanted.Name == Name)
        Wanted.Address = Bias + Symbol.st_value;
  }
}

bool nostall::resolveSymbols(const MappedFile &File,
                             const std::string &OpenPath, SymbolTables Tables,
                             std::vector<WantedSymbol> &Symbols,
                             std::string &Reason) {
  ElfFile Elf(OpenPath);
  if (!Elf.Error.empty()) {
    Reason = File.Path + ": " + Elf.Error;
    return false;
  }
  const std::optional<uint64_t> Bias = findBias(Elf.Handle, File);
  if (!Bias) {
    Reason = File.Path + " is not the file that is mapped";
    return false;
  }
  const auto AllFound = [&Symbols] {
    return std::all_of(Symbols.begin(), Symbols.end(),
                       [](const WantedSymbol &S) { return S.Address != 0; });
  };
  // Extension modules need these symbols, so .dynsym mostly has them, also when
  // the file is stripped.
  for (const GElf_Word Type : {SHT_DYNSYM, SHT_SYMTAB}) {
    if (AllFound() || (Type == SHT_SYMTAB && Tables == SymbolTables::Dynamic))
      break;
    Elf_Scn *Section = nullptr;
    while ((Section = elf_nextscn(Elf.Handle, Section))) {
      GElf_Shdr Header;
      if (gelf_getshdr(Section, &Header) && Header.sh_type == Type)
        resolveInTable(Elf.Handle, Section, Header, *Bias, Symbols);
    }
  }
  return true;
}

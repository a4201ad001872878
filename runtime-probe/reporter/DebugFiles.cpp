//===- DebugFiles.cpp - files that describe a module ------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "reporter/DebugFiles.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Object/BuildID.h"
#include "llvm/Object/ELFTypes.h"
#include "llvm/Support/CRC.h"
#include "llvm/Support/DataExtractor.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace nostall::report {
namespace {

using llvm::StringRef;
using llvm::object::ELFObjectFileBase;

constexpr StringRef SystemFolder = "/usr/lib/debug";

/// Empty if there is no ELF file.
ObjectFile open(const llvm::Twine &Path) {
  // A named pipe or a device would be waited for.
  if (!llvm::sys::fs::is_regular_file(Path))
    return {};
  auto Buffer = llvm::MemoryBuffer::getFile(Path, /*IsText=*/false,
                                            /*RequiresNullTerminator=*/false);
  if (!Buffer)
    return {};
  auto Object = llvm::object::ObjectFile::createELFObjectFile(**Buffer);
  if (!Object) {
    llvm::consumeError(Object.takeError());
    return {};
  }
  std::unique_ptr<ELFObjectFileBase> Elf(
      llvm::cast<ELFObjectFileBase>(Object->release()));
  return {std::move(Elf), std::move(*Buffer)};
}

bool hasBuildId(const ELFObjectFileBase &Object, StringRef BuildId) {
  return llvm::toStringRef(llvm::object::getBuildID(&Object)) == BuildId;
}

/// Also where the section is compressed.
const llvm::object::SectionRef *findSection(const ELFObjectFileBase &Object,
                                            StringRef Name,
                                            llvm::object::SectionRef &Found) {
  for (llvm::object::SectionRef Section : Object.sections()) {
    llvm::Expected<StringRef> Its = Section.getName();
    if (!Its) {
      llvm::consumeError(Its.takeError());
      continue;
    }
    if (*Its == Name && !Section.isBSS()) {
      Found = Section;
      return &Found;
    }
  }
  return nullptr;
}

bool hasSection(const ELFObjectFileBase &Object, StringRef Name) {
  llvm::object::SectionRef Section;
  return findSection(Object, Name, Section);
}

bool hasDebugInfo(const ELFObjectFileBase &Object) {
  return hasSection(Object, ".debug_info") ||
         hasSection(Object, ".zdebug_info");
}

/// FOLDER/.build-id/ab/cdef.debug, or as a folder of its own without .build-id.
ObjectFile openByBuildId(StringRef BuildId,
                         const std::vector<std::string> &Folders) {
  // The first byte names a folder.
  if (BuildId.size() < 2)
    return {};
  std::string Hex = llvm::toHex(BuildId, /*LowerCase=*/true);
  std::string Tail = Hex.substr(0, 2) + "/" + Hex.substr(2) + ".debug";
  auto Try = [&](StringRef Folder, StringRef Between) {
    ObjectFile File = open(Folder + Between + Tail);
    return File.getBinary() && hasBuildId(*File.getBinary(), BuildId)
               ? std::move(File)
               : ObjectFile();
  };
  for (const std::string &Folder : Folders)
    for (StringRef Between : {"/.build-id/", "/"})
      if (ObjectFile File = Try(Folder, Between); File.getBinary())
        return File;
  return Try(SystemFolder, "/.build-id/");
}

/// A file of the module's name, or the one that its .gnu_debuglink names.
ObjectFile openByName(StringRef Path, StringRef BuildId, StringRef Name,
                      std::optional<uint32_t> Crc,
                      const std::vector<std::string> &Folders) {
  StringRef Home = llvm::sys::path::parent_path(Path);
  std::vector<std::string> Places;
  for (const std::string &Folder : Folders) {
    Places.push_back(Folder + "/" + Name.str());
    Places.push_back(Folder + Home.str() + "/" + Name.str());
  }
  if (Crc) {
    Places.push_back((Home + "/" + Name).str());
    Places.push_back((Home + "/.debug/" + Name).str());
    Places.push_back((SystemFolder + Home + "/" + Name).str());
  }
  for (const std::string &Place : Places) {
    ObjectFile File = open(Place);
    if (!File.getBinary() || !hasDebugInfo(*File.getBinary()))
      continue;
    StringRef Content = File.getBinary()->getData();
    if (BuildId.empty()
            ? Crc && llvm::crc32(llvm::arrayRefFromStringRef(Content)) == *Crc
            : hasBuildId(*File.getBinary(), BuildId))
      return File;
  }
  return {};
}

/// Name and checksum from .gnu_debuglink.
std::optional<std::pair<std::string, uint32_t>>
debugLink(const ELFObjectFileBase &Object) {
  llvm::object::SectionRef Section;
  if (!findSection(Object, ".gnu_debuglink", Section))
    return std::nullopt;
  llvm::Expected<StringRef> Content = Section.getContents();
  if (!Content) {
    llvm::consumeError(Content.takeError());
    return std::nullopt;
  }
  llvm::DataExtractor Data(*Content, Object.isLittleEndian(), 0);
  llvm::DataExtractor::Cursor At(0);
  StringRef Name = Data.getCStrRef(At);
  Data.skip(At, llvm::alignTo(At.tell(), 4) - At.tell());
  uint32_t Crc = Data.getU32(At);
  if (llvm::Error E = At.takeError()) {
    llvm::consumeError(std::move(E));
    return std::nullopt;
  }
  return std::make_pair(Name.str(), Crc);
}

ObjectFile findDebug(StringRef Path, StringRef BuildId,
                     const ELFObjectFileBase *Module,
                     const std::vector<std::string> &Folders) {
  ObjectFile File = openByBuildId(BuildId, Folders);
  if (File.getBinary())
    return File;
  if (Module)
    if (auto Link = debugLink(*Module)) {
      File = openByName(Path, BuildId, Link->first, Link->second, Folders);
      if (File.getBinary())
        return File;
    }
  return openByName(Path, BuildId, llvm::sys::path::filename(Path),
                    std::nullopt, Folders);
}

template <typename ELFT>
bool isCodeOf(const llvm::object::ELFObjectFile<ELFT> &Object,
              uint64_t Address) {
  auto Headers = Object.getELFFile().program_headers();
  if (!Headers) {
    llvm::consumeError(Headers.takeError());
    return false;
  }
  for (const auto &Header : *Headers)
    if (Header.p_type == llvm::ELF::PT_LOAD &&
        (Header.p_flags & llvm::ELF::PF_X) && Address >= Header.p_vaddr &&
        Address - Header.p_vaddr < Header.p_memsz)
      return true;
  return false;
}

} // namespace

bool isCode(const ELFObjectFileBase &Object, uint64_t Address) {
  if (auto *Elf = llvm::dyn_cast<llvm::object::ELF64LEObjectFile>(&Object))
    return isCodeOf(*Elf, Address);
  if (auto *Elf = llvm::dyn_cast<llvm::object::ELF32LEObjectFile>(&Object))
    return isCodeOf(*Elf, Address);
  return false;
}

DebugFiles findDebugFiles(StringRef Path, StringRef BuildId,
                          const std::vector<std::string> &Folders) {
  DebugFiles Found;
  // How the kernel marks a file that was replaced while it ran.
  Path.consume_back(" (deleted)");
  ObjectFile Module = open(Path);
  bool Exists = Module.getBinary() != nullptr;
  if (Exists && !hasBuildId(*Module.getBinary(), BuildId))
    Module = ObjectFile();
  const ELFObjectFileBase *Its = Module.getBinary();
  if (Its && hasDebugInfo(*Its)) {
    Found.Symbols = std::move(Module);
    return Found;
  }
  ObjectFile Debug = findDebug(Path, BuildId, Its, Folders);
  const ELFObjectFileBase *Separate = Debug.getBinary();
  if (!Its && !Separate) {
    Found.Problem = Exists ? "the file is another one than the one that ran"
                           : "no such file";
    return Found;
  }
  if (!Separate || !hasDebugInfo(*Separate))
    Found.Problem = "no debug information";
  // A stripped module has only the symbols that it exports.
  bool Full = Separate && hasSection(*Separate, ".symtab");
  if (Full || !Its) {
    Found.Symbols = std::move(Debug);
    return Found;
  }
  Found.Symbols = std::move(Module);
  Found.Debug = std::move(Debug);
  return Found;
}

} // namespace nostall::report

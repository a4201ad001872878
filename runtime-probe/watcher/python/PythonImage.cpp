//===- PythonImage.cpp - the interpreter in a process ---------------------===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "watcher/python/PythonImage.h"

#include "watcher/python/ElfSymbols.h"
#include "watcher/python/Layout311.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>
#include <unistd.h>

using namespace nostall;

static constexpr uint32_t SupportedVersion = 0x030B; ///< 3.11

static std::string procPath(pid_t Pid, std::string_view Name) {
  return "/proc/" + std::to_string(Pid) + "/" + std::string(Name);
}

/// python3.11, libpython3.11.so.1.0, python; not python3-config or pythonfoo.
static bool isPythonName(std::string_view Path) {
  std::string_view Name = Path.substr(Path.rfind('/') + 1);
  if (Name.starts_with("lib"))
    Name.remove_prefix(3);
  if (!Name.starts_with("python"))
    return false;
  Name.remove_prefix(6);
  return Name.empty() || (Name[0] >= '0' && Name[0] <= '9') || Name[0] == ' ';
}

/// "3.10" in /usr/lib/libpython3.10.so.1.0, else empty.
static std::string versionInName(std::string_view Path) {
  const size_t At = Path.rfind("python");
  if (At == std::string_view::npos)
    return {};
  std::string_view Version = Path.substr(At + 6);
  size_t End = Version.find_first_not_of("0123456789.");
  Version = Version.substr(0, End);
  while (Version.ends_with('.'))
    Version.remove_suffix(1);
  return std::string(Version);
}

/// One line of /proc/PID/maps: start-end rights offset device inode path.
static std::optional<MappedFile> parseMapping(const std::string &Line) {
  std::istringstream Fields(Line);
  std::string Range, Rights, Offset, Device, Inode;
  if (!(Fields >> Range >> Rights >> Offset >> Device >> Inode))
    return std::nullopt;
  MappedFile File;
  std::getline(Fields >> std::ws, File.Path);
  if (!File.Path.starts_with('/'))
    return std::nullopt;
  std::from_chars(Range.data(), Range.data() + Range.size(), File.Start, 16);
  std::from_chars(Offset.data(), Offset.data() + Offset.size(), File.Offset,
                  16);
  return File;
}

/// The program and the files with Python's names, each by its first mapping,
/// in the order of the dynamic linker's search: the program comes first. (It
/// can hold copies of the library's variables.)
static std::vector<MappedFile> findCandidates(pid_t Pid,
                                              const std::string &Program) {
  std::vector<MappedFile> Files;
  std::ifstream Maps(procPath(Pid, "maps"));
  std::string Line;
  while (std::getline(Maps, Line)) {
    std::optional<MappedFile> File = parseMapping(Line);
    if (!File || (File->Path != Program && !isPythonName(File->Path)))
      continue;
    const bool IsKnown =
        std::any_of(Files.begin(), Files.end(), [&](const MappedFile &Other) {
          return Other.Path == File->Path;
        });
    if (!IsKnown)
      Files.push_back(std::move(*File));
  }
  const auto It =
      std::find_if(Files.begin(), Files.end(), [&](const MappedFile &File) {
        return File.Path == Program;
      });
  if (It != Files.end())
    std::rotate(Files.begin(), It, It + 1);
  return Files;
}

/// Whether there is the type object of this name: no other layout and no wrong
/// address passes.
static bool isType(RemoteMemory &Memory, uint64_t Type, std::string_view Name) {
  uint64_t NameAddress = 0;
  char Text[16] = {};
  return Memory.read(Type + layout311::TypeName, &NameAddress,
                     sizeof(NameAddress)) &&
         Memory.read(NameAddress, Text, Name.size() + 1) && Name == Text;
}

static std::string programOf(pid_t Pid) {
  std::string Path(4096, '\0');
  const ssize_t Length =
      readlink(procPath(Pid, "exe").c_str(), Path.data(), Path.size());
  Path.resize(Length < 0 ? 0 : static_cast<size_t>(Length));
  return Path;
}

/// Why there is no 3.11. Py_Version is new in 3.11; older ones are told by the
/// file's name.
static std::string whyUnsupported(uint64_t Version,
                                  const std::vector<MappedFile> &Files) {
  std::string Found;
  if (Version != 0)
    Found = std::to_string(Version >> 24 & 255) + "." +
            std::to_string(Version >> 16 & 255);
  for (const MappedFile &File : Files)
    if (Found.empty() && isPythonName(File.Path))
      Found = versionInName(File.Path);
  if (Found.empty())
    return "no Python interpreter";
  if (Found == "3.11")
    return "Python 3.11 without its symbols";
  return "Python " + Found + ", and only 3.11 is understood";
}

std::optional<PythonImage>
nostall::findPythonImage(pid_t Pid, RemoteMemory &Memory, std::string &Reason) {
  enum { Runtime, CodeType, UnicodeType, BytesType, Version };
  std::vector<WantedSymbol> Symbols = {{"_PyRuntime"},
                                       {"PyCode_Type"},
                                       {"PyUnicode_Type"},
                                       {"PyBytes_Type"},
                                       {"Py_Version"}};
  const std::string Program = programOf(Pid);
  const std::vector<MappedFile> Files = findCandidates(Pid, Program);
  if (Files.empty()) {
    Reason = "no such process, or it may not be looked at";
    return std::nullopt;
  }
  std::string FileError;
  for (const MappedFile &File : Files) {
    // Through /proc: it may be in a container, and the program may have been
    // replaced by a newer one since it started.
    const std::string OpenPath =
        procPath(Pid, File.Path == Program ? "exe" : "root" + File.Path);
    const SymbolTables Tables =
        isPythonName(File.Path) ? SymbolTables::All : SymbolTables::Dynamic;
    resolveSymbols(File, OpenPath, Tables, Symbols, FileError);
  }
  uint64_t VersionHex = 0;
  if (const uint64_t Address = Symbols[Version].Address; Address == 0) {
    Reason = FileError.empty() ? whyUnsupported(0, Files) : FileError;
    return std::nullopt;
  } else if (!Memory.read(Address, &VersionHex, sizeof(VersionHex))) {
    Reason = "the memory of the process cannot be read";
    return std::nullopt;
  }
  if (VersionHex >> 16 != SupportedVersion) {
    Reason = whyUnsupported(VersionHex, Files);
    return std::nullopt;
  }
  const PythonImage Image{Symbols[Runtime].Address, Symbols[CodeType].Address,
                          Symbols[UnicodeType].Address,
                          Symbols[BytesType].Address};
  if (Image.Runtime == 0 || !isType(Memory, Image.CodeType, "code") ||
      !isType(Memory, Image.UnicodeType, "str") ||
      !isType(Memory, Image.BytesType, "bytes")) {
    Reason = "Python 3.11 whose types are not where they should be";
    return std::nullopt;
  }
  return Image;
}

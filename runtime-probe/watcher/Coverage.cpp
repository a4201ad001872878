//===- Coverage.cpp - why no event loop was seen ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "watcher/Coverage.h"

#include <cstdlib>
#include <cstring>
#include <elf.h>
#include <fcntl.h>
#include <sstream>
#include <sys/stat.h>
#include <unistd.h>

namespace nostall {
namespace {

std::string inPath(const std::string &Name) {
  if (Name.find('/') != std::string::npos)
    return Name;
  const char *Path = getenv("PATH");
  std::istringstream Folders(Path ? Path : "/usr/bin:/bin");
  for (std::string Folder; std::getline(Folders, Folder, ':');)
    if (access((Folder + "/" + Name).c_str(), X_OK) == 0)
      return Folder + "/" + Name;
  return Name;
}

enum class Linkage { Unknown, Script, Static, Dynamic, OtherMachine };

Linkage linkageOf(const std::string &File) {
  int Fd = open(File.c_str(), O_RDONLY | O_CLOEXEC);
  if (Fd < 0)
    return Linkage::Unknown;
  Linkage Result = Linkage::Unknown;
  Elf64_Ehdr Header;
  ssize_t Size = read(Fd, &Header, sizeof(Header));
  if (Size >= 2 && memcmp(&Header, "#!", 2) == 0) {
    Result = Linkage::Script;
  } else if (Size == sizeof(Header) &&
             memcmp(Header.e_ident, ELFMAG, SELFMAG) == 0) {
    Result = Header.e_machine == EM_X86_64 &&
                     Header.e_ident[EI_CLASS] == ELFCLASS64
                 ? Linkage::Static
                 : Linkage::OtherMachine;
    for (unsigned I = 0; Result == Linkage::Static && I < Header.e_phnum; ++I) {
      Elf64_Phdr Segment;
      auto At = static_cast<off_t>(Header.e_phoff + I * sizeof(Segment));
      if (pread(Fd, &Segment, sizeof(Segment), At) != sizeof(Segment))
        break;
      if (Segment.p_type == PT_INTERP)
        Result = Linkage::Dynamic;
    }
  }
  close(Fd);
  return Result;
}

} // namespace

std::string whyNoLoop(const std::vector<std::string> &Command,
                      uint32_t Processes, uint64_t Waits) {
  std::string File = inPath(Command.empty() ? "" : Command[0]);
  if (Processes == 0) {
    switch (linkageOf(File)) {
    case Linkage::Static:
      return "no event loop seen: " + File +
             " is statically linked, so the probe cannot be loaded into it; "
             "link libnostall-probe.so, or link the program dynamically";
    case Linkage::OtherMachine:
      return "no event loop seen: " + File + " is not an x86-64 program";
    default:
      break;
    }
    struct stat Status;
    if (stat(File.c_str(), &Status) == 0 &&
        (Status.st_mode & (S_ISUID | S_ISGID)))
      return "no event loop seen: " + File +
             " is set-user-id or set-group-id, and the dynamic linker loads no "
             "probe into such programs; run it as the user it changes to";
    return "no event loop seen: the probe was loaded into no process; a wrapper "
           "may have cleared LD_PRELOAD, or the program has capabilities "
           "(getcap)";
  }
  std::string Text = "no event loop seen in " + std::to_string(Processes) +
                     (Processes == 1 ? " process" : " processes") +
                     " with the probe: ";
  if (Waits)
    return Text + "threads waited in poll, select or epoll, but none twice on "
                  "the same descriptors";
  return Text + "nothing waited in epoll, poll, select or io_uring through "
                "libc; a program that makes its system calls itself (Go, "
                "io_uring without liburing's functions) is out of reach";
}

} // namespace nostall

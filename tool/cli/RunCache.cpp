//===- RunCache.cpp - what check need not do again --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/RunCache.h"

#include "cli/Commands.h"
#include "cli/Messages.h"

#include "clang/Basic/Version.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Path.h"

#include <dlfcn.h>
#include <link.h>
#include <sys/stat.h>

namespace nostall {

std::vector<std::string> &programArguments() {
  static std::vector<std::string> Arguments;
  return Arguments;
}

uint64_t cacheLimit(const cache::Store &Kept) {
  constexpr uint64_t Default = uint64_t(2) << 30;
  uint64_t Limit = 0;
  return llvm::StringRef(Kept.readNote("size-limit")).trim().getAsInteger(10, Limit)
             ? Default
             : Limit;
}

/// Where this code is.
static std::string ownFile() {
  Dl_info Info;
  if (!dladdr(reinterpret_cast<const void *>(&cacheLimit), &Info) ||
      !Info.dli_fname)
    return "";
  return cache::resolved(Info.dli_fname);
}

/// The compiler's libraries.
static std::vector<std::string> libraries() {
  std::vector<std::string> Found;
  dl_iterate_phdr(
      [](dl_phdr_info *Info, size_t, void *Out) {
        llvm::StringRef Name = llvm::sys::path::filename(Info->dlpi_name);
        if (Name.starts_with("libclang-cpp") || Name.starts_with("libLLVM"))
          static_cast<std::vector<std::string> *>(Out)->push_back(
              cache::resolved(Info->dlpi_name));
        return 0;
      },
      &Found);
  return Found;
}

void RunCache::open(const std::string &Root) {
  std::string Folder = cache::chooseCache(programArguments());
  if (Folder.empty())
    return;
  Kept = std::make_unique<cache::Store>(Folder);
  Files = std::make_unique<cache::FileStates>(
      *Kept, cache::KeyBuilder().add("files").add(Root).finish());
  std::optional<cache::ContentKey> Own = Files->contentOf(ownFile());
  if (!Own) {
    // Nobody knows which program this is.
    Files.reset();
    Kept.reset();
    return;
  }
  cache::KeyBuilder Key;
  Key.add(*Own).add(clang::getClangFullVersion());
  cache::addEnvironment(Key);
  Tool = Key.finish();
}

cache::UnitCache *RunCache::units(const ScopeOptions &Scope) {
  if (!Kept)
    return nullptr;
  cache::KeyBuilder Key;
  Key.add(Tool);
  addScope(Key, Scope);
  Units = std::make_unique<cache::UnitCache>(*Kept, *Files, Key.finish());
  return Units.get();
}

void RunCache::need(const std::string &Path) {
  if (!Kept || Path.empty())
    return;
  std::string Absolute =
      Path.front() == '/' ? Path : cache::joinPath(cache::resolved("."), Path);
  struct stat Status;
  if (stat(Absolute.c_str(), &Status) != 0) {
    Own.note(Absolute, {cache::InputKind::Absent, {}});
    return;
  }
  if (S_ISDIR(Status.st_mode)) {
    Own.noteFolder(Absolute);
    return;
  }
  // Read before this by somebody else: it must not have changed meanwhile.
  std::optional<std::string> Bytes = cache::readWhole(Absolute);
  if (!Bytes || !cache::isSettled(cache::stampOf(Status))) {
    Recordable = false;
    return;
  }
  if (!Own.note(Absolute, {cache::InputKind::Content, cache::keyOf(*Bytes)}))
    Recordable = false;
}

void RunCache::needPlace(const std::string &Path) {
  struct stat Status;
  if (!Kept)
    return;
  if (lstat(Path.c_str(), &Status) == 0 && S_ISREG(Status.st_mode))
    Own.note(Path, {cache::InputKind::Present, {}});
  else
    need(Path);
}

cache::ContentKey RunCache::resultKey(const cache::ContentKey &Units) {
  Own.resolve();
  cache::ByteWriter Out;
  Own.write(Out);
  return cache::KeyBuilder()
      .add(Tool)
      .add(cache::runKey(programArguments()))
      .add(Out.bytes())
      .add(Units)
      .finish();
}

bool RunCache::isKnown(const cache::ContentKey &Units) {
  if (!Kept || !Recordable || !written().Pieces.empty())
    return false;
  cache::ContentKey Key = resultKey(Units);
  std::optional<std::string> Bytes =
      Kept->read(cache::EntryKind::Result, Key);
  std::optional<cache::RunResult> Read =
      Bytes ? cache::RunResult::read(*Bytes) : std::nullopt;
  if (!Read || !Read->Knowledge.hold() ||
      (!Read->SideFile.empty() &&
                Files->contentOf(Read->SideFile) != Read->SideKey))
    return false;
  Kept->touch(cache::EntryKind::Result, Key);
  Result = std::move(*Read);
  Found = Key;
  return true;
}

int RunCache::printKnown() {
  if (Result.print())
    return Result.ExitCode;
  Recordable = false;
  return EX_Incomplete;
}

bool RunCache::needTool() {
  bool Good = Files->requireUntouched(ownFile()) &&
              Files->requireUntouched(cache::resolved("/proc/self/exe"));
  for (const std::string &Library : libraries())
    Good &= Files->requireUntouched(Library);
  return Good;
}

void RunCache::record(const cache::ContentKey &Result, uint64_t NumUnits) {
  if (Files->hold(Own) && needTool())
    Kept->write(cache::EntryKind::Run, cache::runKey(programArguments()),
                cache::writeRunRecord(Result, NumUnits, *Files));
}

void RunCache::finish(const ExtractionResult &Units, uint64_t NumUnits,
                      const std::string &SideFile, bool Verbose) {
  if (!Kept)
    return;
  if (!SideFile.empty() && !Units.Known)
    Files->lookAgain(SideFile);
  if (Recordable && Units.Key && !Found) {
    cache::RunResult &Result = written();
    Result.Verbose = Verbose;
    cache::ContentKey Key = resultKey(Units.Key);
    std::optional<cache::ContentKey> Side;
    if (!SideFile.empty())
      Side = Files->contentOf(SideFile);
    Result.SideFile = SideFile;
    Result.SideKey = Side.value_or(cache::ContentKey());
    if ((SideFile.empty() || Side) &&
        Kept->write(cache::EntryKind::Result, Key, Result.write()))
      Found = Key;
  }
  if (Found && Recordable) {
    if (!SideFile.empty())
      if (std::optional<cache::ContentKey> Side = Files->contentOf(SideFile))
        Own.note(SideFile, {cache::InputKind::Content, *Side});
    record(*Found, NumUnits);
  }
  if (Kept->hasWritten()) {
    Files->save();
    Kept->makeRoom(cacheLimit(*Kept));
  }
  cache::noteLastRun(*Kept, NumUnits, Units.Reused);
  if (Verbose)
    llvm::errs() << cache::verboseLine(NumUnits, Units.Reused, Units.Known);
  if (!Kept->problem().empty())
    llvm::errs() << "nostall: warning: cache: " << Kept->problem()
                 << "; going on without it\n";
}

} // namespace nostall

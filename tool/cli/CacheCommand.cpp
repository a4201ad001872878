//===- CacheCommand.cpp - nostall cache -------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/Commands.h"

#include "cli/RunCache.h"

#include "llvm/Support/raw_ostream.h"

#include <fmt/format.h>

namespace nostall {
namespace {

struct CacheArguments {
  std::string Folder;
  bool Clear = false;
  uint64_t Size = 0;
  bool HasSize = false;
};

std::string sizeText(uint64_t Bytes) {
  constexpr const char *Units[] = {"bytes", "KiB", "MiB", "GiB", "TiB"};
  size_t Unit = 0;
  double Number = static_cast<double>(Bytes);
  while (Number >= 1024 && Unit + 1 < std::size(Units)) {
    Number /= 1024;
    ++Unit;
  }
  return fmt::format("{:.{}f} {}", Number, Unit ? 1 : 0, Units[Unit]);
}

void show(const cache::Store &Kept) {
  cache::Usage Usage = Kept.usage();
  llvm::outs() << fmt::format("folder     {}\n", Kept.folder())
               << fmt::format("size       {} of {}\n", sizeText(Usage.Bytes),
                              sizeText(cacheLimit(Kept)));
  for (unsigned Kind = 0; Kind < cache::NumEntryKinds; ++Kind)
    llvm::outs() << fmt::format(
        "{:<10} {}\n", cache::nameOf(static_cast<cache::EntryKind>(Kind)),
        Usage.Entries[Kind]);
  std::string Last = Kept.readNote("last-run");
  llvm::outs() << "last run   "
               << (Last.empty() ? "none\n" : "not parsed again: " + Last);
}

int runCache(const CacheArguments &Args) {
  std::vector<std::string> Options;
  if (!Args.Folder.empty())
    Options = {"--cache", Args.Folder};
  std::string Folder = cache::chooseCache(Options);
  if (Folder.empty()) {
    printError("there is no cache: NOSTALL_CACHE is off, or there is no home "
               "folder that can be written");
    return EX_Incomplete;
  }
  cache::Store Kept(Folder);
  if (Args.HasSize &&
      !Kept.writeNote("size-limit", std::to_string(Args.Size) + "\n")) {
    printError(Kept.problem());
    return EX_Incomplete;
  }
  if (Args.HasSize)
    Kept.makeRoom(Args.Size);
  if (Args.Clear && !Kept.clear()) {
    printError(Folder + ": not all of it could be removed");
    return EX_Incomplete;
  }
  if (!Args.HasSize && !Args.Clear)
    show(Kept);
  return EX_Clean;
}

} // namespace

void addCacheCommand(CLI::App &App, int &Exit) {
  auto Args = std::make_shared<CacheArguments>();
  CLI::App *Sub = App.add_subcommand(
      "cache", "Show, bound or clear what check keeps of earlier runs");
  Sub->add_option("--cache", Args->Folder,
                  "The folder (default: $NOSTALL_CACHE, then "
                  "$XDG_CACHE_HOME/nostall or ~/.cache/nostall)")
      ->type_name("FOLDER");
  Sub->add_flag("--clear", Args->Clear, "Remove all entries");
  CLI::Option *Size =
      Sub->add_option("--size", Args->Size,
                      "Keep this much at most, from now on: a number of bytes, "
                      "or with K, M, G (default: 2G)")
          ->type_name("SIZE")
          ->transform(CLI::AsSizeValue(false));
  Sub->callback([Args, Size, &Exit] {
    Args->HasSize = Size->count() > 0;
    Exit = runCache(*Args);
  });
}

} // namespace nostall

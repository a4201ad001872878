//===- TraceSet.cpp - all traces that are followed --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "exporter/TraceSet.h"

#include <algorithm>
#include <filesystem>
#include <sys/stat.h>

namespace nostall::exporter {
namespace {

namespace fs = std::filesystem;
using Condition = TraceTail::Condition;

/// A folder may hold anything.
constexpr size_t MaxTraces = 500;
/// The watcher writes every ten seconds, and later less often.
constexpr std::chrono::seconds MinSilence(60);

uint64_t sizeOf(const std::string &Path) {
  std::error_code Error;
  uint64_t Size = fs::file_size(Path, Error);
  return Error ? 0 : Size;
}

} // namespace

void TraceSet::say(const std::string &About, const std::string &What,
                   std::vector<std::string> &Said) {
  if (std::exchange(LastSaid[About], What) != What && !What.empty())
    Said.push_back(What);
}

std::vector<std::string> TraceSet::files(std::vector<std::string> &Said) const {
  std::vector<std::string> Found;
  for (const std::string &Given : Options.Paths) {
    std::error_code Error;
    // A trace that is given twice, and in a folder, is one.
    std::string Path = fs::path(Given).lexically_normal();
    if (!fs::is_directory(Path, Error)) {
      Found.push_back(Path);
      continue;
    }
    std::vector<std::string> Inside;
    for (fs::directory_iterator It(Path, Error), End; !Error && It != End;
         It.increment(Error))
      if (It->path().extension() == ".trace")
        Inside.push_back(It->path());
    if (Error)
      Said.push_back(Path + ": " + Error.message());
    std::sort(Inside.begin(), Inside.end());
    Found.insert(Found.end(), Inside.begin(), Inside.end());
  }
  return Found;
}

void TraceSet::start(const std::string &Path, uint64_t CountFrom) {
  Followed F;
  F.Id = ++LastId;
  F.Tail = std::make_unique<TraceTail>(Path);
  F.State = std::make_unique<TraceState>(F.Id, All, Names, *F.Tail, CountFrom);
  F.Grown = Clock::now();
  // In a folder an empty file is nothing to be told of.
  F.IsAsked = std::any_of(Options.Paths.begin(), Options.Paths.end(),
                          [&](const auto &Given) {
                            return fs::path(Given).lexically_normal() == Path;
                          });
  ByPath.insert_or_assign(Path, std::move(F));
}

void TraceSet::advance(Followed &F, std::vector<std::string> &Said) {
  F.Now = F.Tail->advance([&F](trace::Record &Record, uint64_t Offset) {
    if (F.State)
      F.State->take(Record, Offset);
  });
  if (F.Tail->position() != F.Position)
    F.Grown = Clock::now();
  All.BytesRead += F.Tail->position() - F.Position;
  F.Position = F.Tail->position();
  All.LeftOut += F.Tail->leftOut() - F.LeftOut;
  F.LeftOut = F.Tail->leftOut();
  const std::string &Path = F.Tail->path();
  if (F.Now == Condition::Unusable)
    say(Path, F.Tail->problem(), Said);
  else if (F.Now == Condition::Absent)
    say(Path, F.IsAsked ? Path + ": no trace yet" : "", Said);
  else
    say(Path, "", Said);
}

/// Nothing comes any more. Its figures are kept until it is dropped.
void TraceSet::giveUp(Followed &F) {
  if (!F.State)
    return;
  F.State->end();
  F.Tail.reset();
  Former.push_back(std::move(F));
  if (Former.size() <= MaxTraces)
    return;
  drop(Former.front());
  Former.erase(Former.begin());
}

void TraceSet::drop(Followed &F) {
  F.State->end();
  F.State.reset();
  All.drop(F.Id);
}

/// Its watcher is gone without a word.
bool TraceSet::isSilent(const Followed &F) const {
  return Clock::now() - F.Grown >
         std::max<Clock::duration>(MinSilence, 3 * F.State->pace());
}

bool TraceSet::isOver(const Followed &F) const {
  return Clock::now() - F.Grown >= Options.Keep &&
         (F.State->isFinished() || isSilent(F));
}

void TraceSet::look(std::vector<std::string> &Said) {
  std::vector<std::string> Problems;
  std::vector<std::string> Listed = files(Problems);
  for (const std::string &Path : Listed)
    if (!ByPath.count(Path) && ByPath.size() < MaxTraces)
      start(Path, IsFirstLook && Options.FromNow ? sizeOf(Path) : 0);
  IsFirstLook = false;
  for (const std::string &Problem : Problems)
    say(Problem, Problem, Said);
  std::vector<std::string> Gone;
  std::map<std::string, uint64_t> Again; ///< From where on to count.
  for (auto &[Path, F] : ByPath) {
    uint64_t Before = F.Position;
    advance(F, Said);
    if (F.Now == Condition::Replaced) {
      giveUp(F);
      Again[Path] = 0;
    } else if (F.Now == Condition::Removed) {
      giveUp(F);
      Gone.push_back(Path);
    } else if (F.Now == Condition::Absent &&
               std::find(Listed.begin(), Listed.end(), Path) == Listed.end()) {
      drop(F); // It was in a folder, and no trace.
      Gone.push_back(Path);
    } else if (!F.State && F.Position != Before) {
      Again[Path] = Before; // It was only silent.
    } else if (F.State && isOver(F)) {
      drop(F);
    }
  }
  for (const std::string &Path : Gone) {
    ByPath.erase(Path);
    LastSaid.erase(Path);
  }
  for (const auto &[Path, CountFrom] : Again) {
    start(Path, CountFrom);
    advance(ByPath.at(Path), Said);
  }
  Clock::time_point Now = Clock::now();
  std::erase_if(Former, [&](Followed &F) {
    if (Now - F.Grown < Options.Keep)
      return false;
    drop(F);
    return true;
  });
  countStates();
  Names.rest();
}

void TraceSet::countStates() {
  All.Running = All.Silent = All.Ended = All.Unusable = 0;
  for (auto &[Path, F] : ByPath) {
    if (F.Now == Condition::Unusable)
      ++All.Unusable;
    else if (!F.State || F.State->isFinished())
      ++All.Ended;
    else if (F.Now == Condition::Growing)
      ++(isSilent(F) ? All.Silent : All.Running);
  }
  All.Ended += Former.size();
}

} // namespace nostall::exporter

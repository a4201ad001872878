//===- Main.cpp - makes an event loop stall, and says when ------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Log.h"
#include "Loop.h"
#include "Plan.h"

#include <cstdio>
#include <cstdlib>
#include <getopt.h>
#include <set>

using namespace inject;

static const char HelpText[] =
    "usage: injector --log FILE [options]\n"
    "  --log FILE         what was injected, as JSON lines\n"
    "  --seed N           default 1\n"
    "  --count N          injections; default: every cause at every site once\n"
    "  --min-ms X         shortest stall, default 2\n"
    "  --max-ms X         longest stall, default 60\n"
    "  --threshold-ms X   one in five stalls lies around it, default 5\n"
    "  --gap-ms X         idle time between injections, default 10\n"
    "  --causes LIST      names with commas, default all\n"
    "  --sites LIST       names with commas, default all\n"
    "  --list             prints the causes and sites\n";

[[noreturn]] static void rejectUsage(const std::string &Why) {
  fprintf(stderr, "injector: %s\n%s", Why.c_str(), HelpText);
  exit(2);
}

/// The entries of \p Table that \p List names, in the order of the table.
template <typename T>
static std::vector<const T *> choose(const std::vector<T> &Table,
                                     std::string_view List) {
  std::set<std::string_view> Wanted;
  while (!List.empty()) {
    const size_t Comma = std::min(List.find(','), List.size());
    Wanted.insert(List.substr(0, Comma));
    List.remove_prefix(std::min(Comma + 1, List.size()));
  }
  const bool All = Wanted.empty();
  std::vector<const T *> Result;
  for (const T &Entry : Table)
    if (All || Wanted.erase(Entry.Name) != 0)
      Result.push_back(&Entry);
  if (!Wanted.empty())
    rejectUsage("no such cause or site: " + std::string(*Wanted.begin()));
  return Result;
}

static double parseNumber(const char *Text) {
  char *End = nullptr;
  const double Value = strtod(Text, &End);
  if (End == Text || *End != '\0' || !(Value >= 0))
    rejectUsage(std::string("not a number: ") + Text);
  return Value;
}

static void list() {
  for (const Cause &What : allCauses())
    printf("cause %s\n", std::string(What.Name).c_str());
  for (const Site &Where : allSites())
    printf("site %s\n", std::string(Where.Name).c_str());
}

static Options parseOptions(int ArgumentCount, char **Arguments) {
  static const option Known[] = {
      {"log", 1, nullptr, 'l'},    {"seed", 1, nullptr, 's'},
      {"count", 1, nullptr, 'n'},  {"min-ms", 1, nullptr, 'm'},
      {"max-ms", 1, nullptr, 'M'}, {"threshold-ms", 1, nullptr, 't'},
      {"gap-ms", 1, nullptr, 'g'}, {"causes", 1, nullptr, 'c'},
      {"sites", 1, nullptr, 'i'},  {"list", 0, nullptr, 'L'},
      {"help", 0, nullptr, 'h'},   {nullptr, 0, nullptr, 0}};
  Options Result;
  std::string Causes, Sites;
  for (int Key;
       (Key = getopt_long(ArgumentCount, Arguments, "", Known, nullptr)) != -1;)
    switch (Key) {
    case 'l':
      Result.Log = optarg;
      break;
    case 's':
      Result.Seed = strtoull(optarg, nullptr, 10);
      break;
    case 'n':
      Result.Count = static_cast<uint64_t>(parseNumber(optarg));
      break;
    case 'm':
      Result.MinMs = parseNumber(optarg);
      break;
    case 'M':
      Result.MaxMs = parseNumber(optarg);
      break;
    case 't':
      Result.ThresholdMs = parseNumber(optarg);
      break;
    case 'g':
      Result.GapMs = parseNumber(optarg);
      break;
    case 'c':
      Causes = optarg;
      break;
    case 'i':
      Sites = optarg;
      break;
    case 'L':
      list();
      exit(0);
    case 'h':
      fputs(HelpText, stdout);
      exit(0);
    default:
      rejectUsage("unknown option");
    }
  // One second is what usleep and nanosleep are asked for at most.
  if (Result.MinMs <= 0 || Result.MaxMs < Result.MinMs || Result.MaxMs > 990)
    rejectUsage("--min-ms and --max-ms: 0 < min <= max <= 990");
  if (Result.Log.empty() || optind != ArgumentCount)
    rejectUsage("--log FILE is needed, and nothing but options");
  Result.Causes = choose(allCauses(), Causes);
  Result.Sites = choose(allSites(), Sites);
  return Result;
}

/// False with a message. The file was opened before the run: a path that does
/// not work shall not cost the run.
static bool writeLog(FILE *File, const std::string &Text) {
  const bool Written = fwrite(Text.data(), 1, Text.size(), File) == Text.size();
  if (fclose(File) == 0 && Written)
    return true;
  perror("injector: log");
  return false;
}

int main(int ArgumentCount, char **Arguments) {
  const Options Chosen = parseOptions(ArgumentCount, Arguments);
  FILE *Log = fopen(Chosen.Log.c_str(), "we");
  if (!Log) {
    perror(Chosen.Log.c_str());
    return 2;
  }
  std::vector<const Cause *> Causes;
  std::vector<Skipped> Missing;
  for (const Cause *What : Chosen.Causes) {
    const std::string Why = What->SetUp ? What->SetUp() : "";
    if (Why.empty()) {
      Causes.push_back(What);
      continue;
    }
    Missing.emplace_back(What, Why);
    fprintf(stderr, "injector: skipped %s: %s\n",
            std::string(What->Name).c_str(), Why.c_str());
  }
  std::vector<Injection> Plan = makePlan(Chosen, Causes);
  const LoopResult Result = runLoop(Chosen, Plan);
  for (const Cause *What : Causes)
    if (What->TearDown)
      What->TearDown();
  return writeLog(Log, formatLog(Chosen, Plan, Result, Missing)) ? 0 : 2;
}

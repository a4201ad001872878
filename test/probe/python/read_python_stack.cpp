//===- read_python_stack.cpp - prints a thread's Python stack -------------===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// usage: read_python_stack PID TID [--repeat N] [--pause MICROSECONDS]
//                          [--damage SEED]
//
// One line of JSON for each reading, [["function", "file", line, entry], ...],
// innermost first; then, on the error output, what a reading cost.
// --pause waits for a random time, up to that, between readings: otherwise they
// fall into step with the program.
// --damage changes some of what is read, at random: any result will do, except
// a crash, a hang or nonsense.
//
//===----------------------------------------------------------------------===//

#include "watcher/python/PythonFrames.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string_view>
#include <unistd.h>

using namespace nostall;

namespace {

/// Once told to: every 20th reading fails; in every 10th a word is garbage, or
/// one that was read before, which then looks like a pointer.
class DamagedMemory final : public RemoteMemory {
public:
  explicit DamagedMemory(RemoteMemory &Memory) : Memory(Memory) {}

  void damageFromNow(unsigned Seed) {
    IsDamaged = true;
    Random.seed(Seed);
  }

  bool read(uint64_t Address, void *Into, size_t Size) override {
    if (!IsDamaged)
      return Memory.read(Address, Into, Size);
    if (Random() % 20 == 0 || !Memory.read(Address, Into, Size))
      return false;
    if (Size < sizeof(uint64_t))
      return true;
    char *Word = static_cast<char *>(Into) +
                 Random() % (Size / sizeof(uint64_t)) * sizeof(uint64_t);
    uint64_t Was;
    std::memcpy(&Was, Word, sizeof(Was));
    if (Random() % 10 == 0) {
      const uint64_t Garbage = Random() % 2 ? Random() : Seen;
      std::memcpy(Word, &Garbage, sizeof(Garbage));
    }
    if (Was != 0)
      Seen = Was;
    return true;
  }

  void readAll(std::span<RemoteRange> Ranges) override {
    if (IsDamaged)
      RemoteMemory::readAll(Ranges);
    else
      Memory.readAll(Ranges);
  }

private:
  RemoteMemory &Memory;
  bool IsDamaged = false;
  std::mt19937_64 Random;
  uint64_t Seen = 0;
};

struct Arguments {
  pid_t Pid = 0;
  pid_t Tid = 0;
  unsigned long Repeat = 1;
  unsigned long Pause = 0; ///< Microseconds.
  std::optional<unsigned> DamageSeed;
};

} // namespace

static void printString(std::string_view Text) {
  std::putchar('"');
  for (const char C : Text) {
    if (C == '"' || C == '\\')
      std::printf("\\%c", C);
    else if (static_cast<unsigned char>(C) < 0x20)
      std::printf("\\u%04x", C);
    else
      std::putchar(C);
  }
  std::putchar('"');
}

static void printStack(const std::vector<PythonFrame> &Frames) {
  const char *Separator = "[";
  for (const PythonFrame &Frame : Frames) {
    std::printf("%s[", Separator);
    printString(Frame.Function);
    std::printf(", ");
    printString(Frame.File);
    std::printf(", %u, %s]", Frame.Line, Frame.IsEntry ? "true" : "false");
    Separator = ", ";
  }
  std::puts(Frames.empty() ? "[]" : "]");
}

static std::optional<Arguments> parseArguments(int Count, char **Values) {
  if (Count < 3 || Count % 2 == 0)
    return std::nullopt;
  Arguments Parsed;
  Parsed.Pid = std::atoi(Values[1]);
  Parsed.Tid = std::atoi(Values[2]);
  for (int I = 3; I < Count; I += 2) {
    const unsigned long Value = std::strtoul(Values[I + 1], nullptr, 10);
    if (std::strcmp(Values[I], "--repeat") == 0)
      Parsed.Repeat = Value;
    else if (std::strcmp(Values[I], "--pause") == 0)
      Parsed.Pause = Value;
    else if (std::strcmp(Values[I], "--damage") == 0)
      Parsed.DamageSeed = static_cast<unsigned>(Value);
    else
      return std::nullopt;
  }
  return Parsed;
}

static void readStacks(PythonProcess &Process, const Arguments &Asked) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> Costs;
  std::minstd_rand Random;
  for (unsigned long I = 0; I < Asked.Repeat; ++I) {
    const Clock::time_point Start = Clock::now();
    const std::vector<PythonFrame> Frames = Process.frames(Asked.Tid);
    Costs.push_back(
        std::chrono::duration<double, std::micro>(Clock::now() - Start)
            .count());
    printStack(Frames);
    if (Asked.Pause != 0)
      usleep(static_cast<useconds_t>(Random() % Asked.Pause));
  }
  if (Costs.empty())
    return;
  const double First = Costs.front();
  std::sort(Costs.begin(), Costs.end());
  std::fprintf(stderr, "first %.1f us, median %.1f us, p99 %.1f us\n", First,
               Costs[Costs.size() / 2], Costs[Costs.size() * 99 / 100]);
}

int main(int Count, char **Values) {
  const std::optional<Arguments> Asked = parseArguments(Count, Values);
  if (!Asked) {
    std::fprintf(stderr, "usage: read_python_stack PID TID [--repeat N] "
                         "[--pause MICROSECONDS] [--damage SEED]\n");
    return 2;
  }
  ProcessMemory Real(Asked->Pid);
  DamagedMemory Memory(Real);
  std::string Reason;
  std::optional<PythonProcess> Process =
      PythonProcess::find(Asked->Pid, Memory, &Reason);
  if (!Process) {
    std::fprintf(stderr, "read_python_stack: %s\n", Reason.c_str());
    return 1;
  }
  // Not before: damage there finds no interpreter, and would hide the rest.
  if (Asked->DamageSeed)
    Memory.damageFromNow(*Asked->DamageSeed);
  readStacks(*Process, *Asked);
  return 0;
}

//===- TraceReader.cpp - reads a trace file ---------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "reporter/TraceReader.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MemoryBuffer.h"

#include <fmt/format.h>

#include <map>
#include <tuple>
#include <utility>

namespace nostall::report {
namespace {

using llvm::StringRef;

constexpr StringRef Magic = "NOSTALL1";
/// Records are small but for the command line, which the kernel bounds at
/// 2 MiB. A longer one is damage, and could cost a hundred times its size.
constexpr uint64_t MaxRecord = 4 << 20;
/// Deeper stacks are cut: nobody reads them, and a damaged one costs time.
constexpr int MaxFrames = 1024;
/// Damage spreads; the first places are worth a line each.
constexpr unsigned MaxMessages = 8;

class Reader {
public:
  Reader(StringRef Data, Trace &T, std::vector<std::string> &Problems)
      : Data(Data), T(T), Problems(Problems) {}
  void run();

private:
  std::optional<uint64_t> varint();
  bool record();
  void take(trace::Record &R);
  void take(trace::Stack &S);
  void take(trace::Stall &S);
  void take(trace::Loop &L);
  void problem(std::string Text);
  template <typename Message>
  void define(std::unordered_map<uint32_t, Message> &Table, Message &M,
              StringRef What);
  template <typename Message>
  uint32_t known(const std::unordered_map<uint32_t, Message> &Table,
                 uint32_t Id, StringRef What);

  StringRef Data;
  Trace &T;
  std::vector<std::string> &Problems;
  size_t At = 0;    ///< Next byte.
  size_t Begin = 0; ///< Of the record.
  unsigned Messages = 0;
  /// Index in Trace::Loops, by process, thread and the loop's first moment: the
  /// record is written again as the loop goes on.
  std::map<std::tuple<uint32_t, int32_t, uint64_t>, size_t> LoopPlaces;
};

void Reader::problem(std::string Text) {
  if (++Messages <= MaxMessages)
    Problems.push_back(
        fmt::format("{}: offset {}: {}", T.File, Begin, std::move(Text)));
}

std::optional<uint64_t> Reader::varint() {
  uint64_t Value = 0;
  for (unsigned Shift = 0; Shift < 64 && At < Data.size(); Shift += 7) {
    auto Byte = static_cast<unsigned char>(Data[At++]);
    Value |= uint64_t(Byte & 0x7f) << Shift;
    if (!(Byte & 0x80))
      return Value;
  }
  return std::nullopt;
}

template <typename Message>
void Reader::define(std::unordered_map<uint32_t, Message> &Table, Message &M,
                    StringRef What) {
  uint32_t Id = M.id();
  if (Id == 0)
    problem(fmt::format("a {} has no id", What.str()));
  else if (!Table.try_emplace(Id, std::move(M)).second)
    problem(fmt::format("{} {} is defined twice", What.str(), Id));
}

template <typename Message>
uint32_t Reader::known(const std::unordered_map<uint32_t, Message> &Table,
                       uint32_t Id, StringRef What) {
  if (Id == 0 || Table.count(Id))
    return Id;
  problem(fmt::format("{} {} is not defined", What.str(), Id));
  return 0;
}

void Reader::take(trace::Stack &S) {
  if (S.frames_size() > MaxFrames) {
    S.mutable_frames()->DeleteSubrange(MaxFrames, S.frames_size() - MaxFrames);
    S.set_truncated(true);
  }
  for (trace::Frame &F : *S.mutable_frames())
    F.set_module(known(T.Modules, F.module(), "module"));
  define(T.Stacks, S, "stack");
}

void Reader::take(trace::Stall &S) {
  S.set_process(known(T.Processes, S.process(), "process"));
  S.set_stack(known(T.Stacks, S.stack(), "stack"));
  S.set_owner_stack(known(T.Stacks, S.owner_stack(), "stack"));
  for (trace::Sample &Sample : *S.mutable_samples()) {
    Sample.set_stack(known(T.Stacks, Sample.stack(), "stack"));
    Sample.set_owner_stack(known(T.Stacks, Sample.owner_stack(), "stack"));
  }
  T.Stalls.push_back(std::move(S));
}

void Reader::take(trace::Loop &L) {
  L.set_process(known(T.Processes, L.process(), "process"));
  auto [It, New] = LoopPlaces.try_emplace(
      {L.process(), L.tid(), L.first_ns()}, T.Loops.size());
  if (New)
    T.Loops.push_back(std::move(L));
  else
    T.Loops[It->second] = std::move(L);
}

void Reader::take(trace::Record &R) {
  switch (R.of_case()) {
  case trace::Record::kStart:
    T.Start = std::move(*R.mutable_start());
    return;
  case trace::Record::kProcess:
    return define(T.Processes, *R.mutable_process(), "process");
  case trace::Record::kModule:
    return define(T.Modules, *R.mutable_module(), "module");
  case trace::Record::kStack:
    return take(*R.mutable_stack());
  case trace::Record::kStall:
    return take(*R.mutable_stall());
  case trace::Record::kLoop:
    return take(*R.mutable_loop());
  case trace::Record::kCounted: {
    trace::Counted &C = *R.mutable_counted();
    C.set_process(known(T.Processes, C.process(), "process"));
    C.set_stack(known(T.Stacks, C.stack(), "stack"));
    T.Counted.push_back(std::move(C));
    return;
  }
  case trace::Record::kFinish:
    T.Finish = std::move(*R.mutable_finish());
    return;
  case trace::Record::kProgress: // Finish has it all.
  case trace::Record::OF_NOT_SET:
    // Of a later version: fields are only added.
    return;
  }
}

/// False where the file cannot be read on.
bool Reader::record() {
  Begin = At;
  std::optional<uint64_t> Size = varint();
  if (!Size) {
    problem(At == Data.size() ? "the file ends within a record"
                              : "damaged: not the length of a record");
    return false;
  }
  if (*Size > Data.size() - At) {
    problem(
        fmt::format("the file ends within a record: {} bytes of {} are there",
                    Data.size() - At, *Size));
    return false;
  }
  StringRef Bytes = Data.substr(At, *Size);
  At += *Size;
  if (*Size > MaxRecord) {
    problem(fmt::format("a record of {} bytes is left out", *Size));
    return true;
  }
  trace::Record R;
  if (R.ParseFromArray(Bytes.data(), static_cast<int>(Bytes.size())))
    take(R);
  else
    problem("a damaged record is left out");
  return true;
}

void Reader::run() {
  At = Magic.size();
  bool Whole = true;
  while (At < Data.size() && (Whole = record()))
    ;
  Begin = Data.size();
  if (Whole && !T.Finish)
    problem("the trace has no end: its writer was stopped or still runs");
  if (Messages > MaxMessages)
    Problems.push_back(fmt::format("{}: and {} more problems", T.File,
                                   Messages - MaxMessages));
}

} // namespace

std::optional<Trace> readTrace(const std::string &File,
                               std::vector<std::string> &Problems) {
  auto Buffer = llvm::MemoryBuffer::getFileOrSTDIN(
      File, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!Buffer) {
    Problems.push_back(
        fmt::format("{}: {}", File, Buffer.getError().message()));
    return std::nullopt;
  }
  StringRef Data = (*Buffer)->getBuffer();
  if (!Data.starts_with(Magic)) {
    bool Other = Data.starts_with(Magic.drop_back());
    Problems.push_back(fmt::format(
        "{}: offset 0: {}", File,
        Other ? "a trace of another version of nostall" : "not a trace"));
    return std::nullopt;
  }
  Trace T;
  T.File = File;
  Reader(Data, T, Problems).run();
  return T;
}

} // namespace nostall::report

//===- TraceWriter.cpp - writes the trace file ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "watcher/TraceWriter.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

namespace nostall {

TraceWriter::~TraceWriter() { close(); }

std::string TraceWriter::open(const std::string &Path) {
  File = fopen(Path.c_str(), "we");
  if (!File)
    return Path + ": " + strerror(errno);
  Failed |= fwrite("NOSTALL1", 1, 8, File) != 8;
  Written = 8;
  return "";
}

void TraceWriter::write(const trace::Record &Record) {
  std::string Bytes;
  {
    google::protobuf::io::StringOutputStream Out(&Bytes);
    google::protobuf::io::CodedOutputStream Coded(&Out);
    Coded.WriteVarint32(static_cast<uint32_t>(Record.ByteSizeLong()));
    Record.SerializeToCodedStream(&Coded);
  }
  Failed |= fwrite(Bytes.data(), 1, Bytes.size(), File) != Bytes.size() ||
            fflush(File) != 0;
  Written += Bytes.size();
}

void TraceWriter::progress(const trace::Record &Record) {
  uint64_t Before = Written;
  write(Record);
  ProgressBytes += Written - Before;
}

uint64_t TraceWriter::progressPeriodNs() const {
  constexpr uint64_t FirstNs = 10'000'000'000, MaxDoublings = 6;
  uint64_t Doublings = ProgressBytes.load() / (MaxBytes / 32 + 1);
  return FirstNs << std::min(Doublings, MaxDoublings);
}

uint32_t TraceWriter::moduleId(const MappedModule &Module) {
  auto [It, IsNew] = ModuleIds.try_emplace(
      Module.Path + '\0' + Module.BuildId,
      static_cast<uint32_t>(ModuleIds.size() + 1));
  if (IsNew) {
    trace::Record R;
    auto *M = R.mutable_module();
    M->set_id(It->second);
    M->set_path(Module.Path);
    M->set_build_id(Module.BuildId);
    write(R);
  }
  return It->second;
}

uint32_t TraceWriter::stackId(const UnwoundStack &Stack) {
  if (Stack.Frames.empty())
    return 0;
  trace::Record R;
  auto *S = R.mutable_stack();
  S->set_truncated(Stack.Truncated);
  for (const UnwoundFrame &Frame : Stack.Frames) {
    auto *F = S->add_frames();
    if (Frame.Module)
      F->set_module(moduleId(*Frame.Module));
    F->set_address(Frame.Address);
    F->set_is_call_site(Frame.IsCallSite);
    F->set_function(Frame.Function);
    F->set_file(Frame.File);
    F->set_line(Frame.Line);
  }
  auto [It, IsNew] = StackIds.try_emplace(
      S->SerializeAsString(), static_cast<uint32_t>(StackIds.size() + 1));
  if (IsNew) {
    S->set_id(It->second);
    write(R);
  }
  return It->second;
}

void TraceWriter::stall(const trace::Stall &Stall) {
  if (Written < MaxBytes) {
    trace::Record R;
    *R.mutable_stall() = Stall;
    write(R);
    return;
  }
  trace::Counted &C = Beyond[{Stall.process(), Stall.stack(), Stall.cause(),
                              Stall.call()}];
  C.set_process(Stall.process());
  C.set_stack(Stall.stack());
  C.set_cause(Stall.cause());
  C.set_call(Stall.call());
  C.set_count(C.count() + 1);
  C.set_total_ns(C.total_ns() + Stall.duration_ns());
  C.set_max_ns(std::max<uint64_t>(C.max_ns(), Stall.duration_ns()));
  C.set_victims(C.victims() + Stall.victims());
}

void TraceWriter::writeCounted() {
  for (const auto &[Key, Counted] : Beyond) {
    trace::Record R;
    *R.mutable_counted() = Counted;
    write(R);
  }
  Beyond.clear();
}

bool TraceWriter::close() {
  if (File)
    Failed |= fclose(File) != 0;
  File = nullptr;
  return !Failed;
}

} // namespace nostall

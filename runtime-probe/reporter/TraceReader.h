//===- TraceReader.h - reads a trace file -----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A trace may come from another machine, from a watcher that was killed or from
// a full disk: nothing in it is believed, and all that can be read is used.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "wire/trace.pb.h"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace nostall::report {

/// The records of a file. Ids that a record refers to are defined here, or 0.
struct Trace {
  std::string File;
  trace::Start Start;
  std::optional<trace::Finish> Finish;
  std::unordered_map<uint32_t, trace::Process> Processes;
  std::unordered_map<uint32_t, trace::Module> Modules;
  std::unordered_map<uint32_t, trace::Stack> Stacks;
  std::vector<trace::Stall> Stalls;
  std::vector<trace::Loop> Loops; ///< What was written last of each.
  std::vector<trace::Counted> Counted;
};

/// Reads \p File; none if it is no trace at all. What was damaged is told in
/// \p Problems, as "FILE: offset N: ...".
std::optional<Trace> readTrace(const std::string &File,
                               std::vector<std::string> &Problems);

} // namespace nostall::report

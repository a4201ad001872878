//===- Formats.h - stall reports for people and machines --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Renderers see the values of StallReport.h and nothing of traces.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "reporter/Join.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/raw_ostream.h"

namespace llvm::json {
class OStream;
}

namespace nostall::report {

struct TextOptions {
  bool Color = false;
  size_t Top = 10; ///< Kinds of stalls that are shown.
  const Joined *Findings = nullptr; ///< What they were compared with.
};

/// For a terminal of 100 columns.
void renderText(const StallReport &Report, const TextOptions &Options,
                llvm::raw_ostream &OS);

/// "version": 1; docs/formats.md describes it. \p More adds members at the end.
void renderJson(const StallReport &Report,
                llvm::function_ref<void(llvm::json::OStream &)> More,
                llvm::raw_ostream &OS);

/// One line per thread and kind, for flame graphs:
/// `thread;outermost;...;innermost;call microseconds`. Without what the machine
/// did; unfinished stalls stand below "[unfinished]".
void renderCollapsed(const StallReport &Report, llvm::raw_ostream &OS);

/// The profile of the pprof tool, gzip'ed; the same stalls as collapsed ones.
void renderPprof(const StallReport &Report, llvm::raw_ostream &OS);

/// Trace Event Format, for Perfetto and chrome://tracing: the loops' threads
/// with all stalls, on CLOCK_MONOTONIC of the first trace's host.
void renderChromeTrace(const StallReport &Report, llvm::raw_ostream &OS);

} // namespace nostall::report

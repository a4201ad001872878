//===- Words.cpp - causes and amounts in words ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "reporter/Words.h"

#include "reporter/StackShape.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Path.h"

#include <fmt/format.h>

namespace nostall::report {
namespace {

using llvm::StringRef;

/// What a lock is, by the function that waits for it.
StringRef lockName(StringRef Call) {
  if (Call.contains("mutex"))
    return "a mutex";
  if (Call.contains("rwlock"))
    return "a read-write lock";
  if (Call.contains("spin"))
    return "a spin lock";
  if (Call.contains("sem"))
    return "a semaphore";
  if (Call.contains("flock") || Call.contains("lockf") || Call == "fcntl")
    return "a file lock";
  return "a lock";
}

std::string lockText(const Signature &S) {
  std::string Text = "waited for " + lockName(S.Call).str();
  std::string Place = programPlace(S.OwnerFrames);
  if (!S.Owner.empty())
    Text += " held by " + S.Owner;
  else if (!Place.empty())
    Text += " held by another thread";
  return Place.empty() ? Text : Text + " in " + Place;
}

std::string computingText(const Signature &S) {
  std::string Place = programPlace(S.Frames);
  if (S.Cause == "cpu")
    return Place.empty() ? "computing" : "computing in " + Place;
  std::string Text = S.Cause == "system" ? "busy in the kernel" : "page faults";
  if (S.Cause == "system" && !S.Call.empty())
    Text += " in " + S.Call;
  return Place.empty() ? Text : Text + ", from " + Place;
}

} // namespace

bool isMachineMade(const std::string &Cause) {
  return llvm::StringSwitch<bool>(Cause)
      .Cases("runqueue", "steal", "throttled", "stopped", "debugger",
             "suspended", true)
      .Default(false);
}

bool isComputing(const std::string &Cause) {
  return Cause == "cpu" || Cause == "system" || Cause == "page-fault";
}

std::string causeText(const Signature &S) {
  if (S.Cause == "lock")
    return lockText(S);
  if (isComputing(S.Cause))
    return computingText(S);
  StringRef Text = llvm::StringSwitch<StringRef>(S.Cause)
                       .Case("runqueue", "ready to run, but waited for a CPU")
                       .Case("steal", "the hypervisor took the CPU away")
                       .Case("throttled", "the cgroup's CPU time was used up")
                       .Case("stopped", "stopped by a signal")
                       .Case("debugger", "held by a debugger")
                       .Case("suspended", "the machine was suspended")
                       .Case("", "cause unknown")
                       .Default("");
  if (!Text.empty())
    return Text.str();
  return S.Call.empty() ? fmt::format("blocked ({})", S.Cause)
                        : fmt::format("blocked in {} ({})", S.Call, S.Cause);
}

std::string programPlace(const Stack &Frames) {
  for (const Frame &F : Frames) {
    if (isStandardLibrary(F))
      continue;
    if (F.Function.empty())
      return llvm::sys::path::filename(F.Module).str();
    bool Lambda = StringRef(F.Function).starts_with("lambda");
    return F.Function + (Lambda ? "" : "()");
  }
  return Frames.empty() ? "" : frameName(Frames.front());
}

std::string_view matchName(MatchKind How) {
  switch (How) {
  case MatchKind::Exact:
    return "exact";
  case MatchKind::Moved:
    return "moved";
  case MatchKind::Sink:
    return "sink";
  }
  return "";
}

std::string percentText(double Part) {
  double Percent = Part * 100;
  if (Percent > 0 && Percent < 0.01)
    return "< 0.01 %";
  int Digits = Percent >= 10 ? 0 : Percent >= 1 ? 1 : 2;
  return fmt::format("{:.{}f} %", Percent, Digits);
}

} // namespace nostall::report

//===- PythonFrames.cpp - the Python stack of a thread --------------------===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "watcher/python/PythonFrames.h"

#include "watcher/python/CodeObjects.h"
#include "watcher/python/FrameWalk.h"
#include "watcher/python/Layout311.h"

#include <algorithm>
#include <fstream>
#include <unordered_set>

using namespace nostall;

/// How often to look, when a look needed pages that were not known before, or
/// found a list torn.
static constexpr unsigned MaxLooks = 8;
/// How often a thread must look the same that seems to be between two calls.
static constexpr unsigned MinSame = 3;
/// Threads remembered; beyond, those that ended are forgotten with the others.
static constexpr size_t MaxHints = 1024;
/// Pages remembered of a thread, and how many looks long when they are not
/// needed: a program that changes between two stacks needs both sets.
static constexpr size_t MaxHintPages = 256;
static constexpr unsigned MaxUnused = 16;

namespace {

/// What the last looks at a thread needed.
class ThreadHint {
public:
  /// Those first that the last look needed, in its order.
  std::vector<uint64_t> pages() const;
  /// Those with frames, the other way round: in a copy made right before that
  /// of pages() the innermost frames, which change most, come last.
  std::vector<uint64_t> framePages() const;
  void remember(const MemorySnapshot &Look, const FrameWalk &Walk);

  uint64_t State = 0; ///< The thread's, in the interpreter; 0: not known.
  pid_t NativeId = 0;

private:
  struct Page {
    uint64_t Address;
    bool HasFrames;
    unsigned Unused; ///< The number of looks since it was needed.
  };
  std::vector<Page> Pages;
};

} // namespace

struct PythonProcess::State {
  State(pid_t Pid, RemoteMemory &Memory, const PythonImage &Image)
      : Pid(Pid), Memory(Memory), Image(Image), Codes(Memory, Image) {}

  ThreadHint &hintOf(pid_t Tid);
  std::vector<RawFrame> stableFrames(ThreadHint &Hint);
  const PythonCode *codeOf(const RawFrame &Frame);
  std::vector<PythonFrame> describe(const std::vector<RawFrame> &Frames);

  pid_t Pid;
  RemoteMemory &Memory;
  PythonImage Image;
  CodeObjects Codes;
  std::unordered_map<pid_t, ThreadHint> Hints;
};

/// The interpreter knows its threads by the ids of their own PID namespace; in
/// a container these differ from ours. The kernel lists both, ours first.
static pid_t nativeIdOf(pid_t Pid, pid_t Tid) {
  std::ifstream Status("/proc/" + std::to_string(Pid) + "/task/" +
                       std::to_string(Tid) + "/status");
  std::string Line;
  while (std::getline(Status, Line))
    if (Line.starts_with("NSpid:"))
      return static_cast<pid_t>(std::strtol(
          Line.c_str() + Line.find_last_of("\t ") + 1, nullptr, 10));
  return Tid;
}

std::vector<uint64_t> ThreadHint::pages() const {
  std::vector<uint64_t> Addresses;
  Addresses.reserve(Pages.size());
  for (const Page &Page : Pages)
    Addresses.push_back(Page.Address);
  return Addresses;
}

std::vector<uint64_t> ThreadHint::framePages() const {
  std::vector<uint64_t> Addresses;
  for (auto It = Pages.rbegin(); It != Pages.rend(); ++It)
    if (It->HasFrames)
      Addresses.push_back(It->Address);
  return Addresses;
}

void ThreadHint::remember(const MemorySnapshot &Look, const FrameWalk &Walk) {
  std::unordered_set<uint64_t> OfFrames, Used;
  for (const RawFrame &Frame : Walk.Frames) {
    OfFrames.insert(MemorySnapshot::pageOf(Frame.Address));
    OfFrames.insert(
        MemorySnapshot::pageOf(Frame.Address + layout311::FrameRead - 1));
  }
  std::vector<Page> Known;
  for (const uint64_t Address : Look.usedPages()) {
    Used.insert(Address);
    Known.push_back({Address, OfFrames.contains(Address), 0});
  }
  for (const Page &Old : Pages)
    if (!Used.contains(Old.Address) && Old.Unused < MaxUnused)
      Known.push_back({Old.Address, Old.HasFrames, Old.Unused + 1});
  if (Known.size() > MaxHintPages)
    Known.resize(MaxHintPages);
  Pages = std::move(Known);
}

/// Whether the caller can have made this call. While it executes, it has called
/// no function of Python in its native frame.
static bool canCall(const RawFrame &Caller, const RawFrame &Called) {
  return Called.IsEntry || !Caller.IsExecuting;
}

/// The calls that went on while both copies were made, from the outermost
/// inwards. \p Walk is that of the second copy.
static std::vector<RawFrame> unchangedCalls(MemorySnapshot &Before,
                                            const FrameWalk &Walk) {
  std::vector<RawFrame> Calls;
  for (auto It = Walk.Frames.rbegin(); It != Walk.Frames.rend(); ++It) {
    const std::optional<RawFrame> Was = readFrame(Before, It->Address);
    if (!Was || !isSameCall(*Was, *It) ||
        (!Calls.empty() && !canCall(Calls.back(), *It)))
      break;
    Calls.push_back(*It);
    // It has gone on, so what it calls now is another call.
    if (Was->Instruction != It->Instruction)
      break;
  }
  std::reverse(Calls.begin(), Calls.end());
  return Calls;
}

/// Whether the innermost frame is certainly there. It was known before the
/// frames were copied, and may have returned since.
static bool beginsInLiveFrame(const FrameWalk &Walk) {
  return Walk.IsTraced || Walk.Frames.front().IsExecuting;
}

/// Leaves out what the walk met before the first frame that is.
static void dropReturned(FrameWalk &Walk) {
  auto Live =
      std::find_if(Walk.Frames.begin(), Walk.Frames.end(),
                   [](const RawFrame &Frame) { return Frame.IsExecuting; });
  // All wait for Python functions, so the innermost one has just called
  // another; or has just returned, so it is left out.
  if (Live == Walk.Frames.end())
    Live = Walk.Frames.begin() + 1;
  Walk.Frames.erase(Walk.Frames.begin(), Live);
}

ThreadHint &PythonProcess::State::hintOf(pid_t Tid) {
  if (Hints.size() >= MaxHints)
    Hints.clear();
  ThreadHint &Hint = Hints[Tid];
  // Asked again when nothing was found: the id may be another thread's by now.
  if (Hint.State == 0)
    Hint.NativeId = nativeIdOf(Pid, Tid);
  return Hint;
}

std::vector<RawFrame> PythonProcess::State::stableFrames(ThreadHint &Hint) {
  std::vector<RawFrame> Waiting;
  unsigned NumSame = 0;
  for (unsigned Look = 1; Look <= MaxLooks; ++Look) {
    MemorySnapshot Before(Memory), Now(Memory);
    MemorySnapshot::prefetchBoth(Before, Hint.framePages(), Now, Hint.pages());
    FrameWalk Walk = walkFrames(Now, Image.Runtime, Hint.NativeId, Hint.State);
    Hint.remember(Now, Walk);
    Hint.State = Walk.ThreadState;
    if (Walk.IsComplete && Walk.Frames.empty())
      return {};
    // The first look at a thread only learns where to look.
    if (!Walk.IsComplete || (Now.hasLatePage() && Look < MaxLooks))
      continue;
    if (!beginsInLiveFrame(Walk)) {
      // No frame executes either while the variables of one that has returned
      // are freed. That may take long, and then looks the same again and again.
      NumSame = Walk.Frames == Waiting ? NumSame + 1 : 1;
      if (NumSame == MinSame)
        return Waiting;
      Waiting = Walk.Frames;
      if (unchangedCalls(Before, Walk) == Waiting && Look < MaxLooks)
        continue;
      dropReturned(Walk);
    }
    std::vector<RawFrame> Calls = unchangedCalls(Before, Walk);
    if (!Calls.empty())
      return Calls;
  }
  return {};
}

/// Nothing when the instruction is none of the code: then it was torn after
/// all.
static std::optional<PythonFrame> describeFrame(const PythonCode *Code,
                                                const RawFrame &Frame) {
  using namespace nostall::layout311;
  if (!Code)
    return std::nullopt;
  // One unit before the first instruction: the call has just begun.
  const uint64_t Unit =
      (Frame.Instruction - Code->FirstInstruction) / CodeUnitSize;
  const bool HasBegun =
      Frame.Instruction != Code->FirstInstruction - CodeUnitSize;
  if (Frame.Instruction % CodeUnitSize != 0 ||
      (HasBegun && Unit >= Code->Units))
    return std::nullopt;
  const unsigned Line = HasBegun ? Code->Lines.lineOf(Unit)
                                 : static_cast<unsigned>(Code->FirstLine);
  return PythonFrame{Code->Function, Code->File, Line, Frame.IsEntry};
}

/// A frame keeps its code object alive, so while it is there, its code object
/// is what was found at that address.
const PythonCode *PythonProcess::State::codeOf(const RawFrame &Frame) {
  if (Codes.wasReplaced(Frame.Code)) {
    MemorySnapshot Pages(Memory);
    const std::optional<RawFrame> Is = readFrame(Pages, Frame.Address);
    if (!Is || !isSameCall(*Is, Frame))
      return nullptr;
  }
  return Codes.find(Frame.Code);
}

std::vector<PythonFrame>
PythonProcess::State::describe(const std::vector<RawFrame> &Frames) {
  std::vector<uint64_t> Addresses;
  Addresses.reserve(Frames.size());
  for (const RawFrame &Frame : Frames)
    Addresses.push_back(Frame.Code);
  std::sort(Addresses.begin(), Addresses.end());
  Addresses.erase(std::unique(Addresses.begin(), Addresses.end()),
                  Addresses.end());
  Codes.load(Addresses);
  std::vector<PythonFrame> Described;
  for (const RawFrame &Frame : Frames) {
    std::optional<PythonFrame> One = describeFrame(codeOf(Frame), Frame);
    if (One)
      Described.push_back(std::move(*One));
    else
      Described.clear(); // And with it what it called: the callers stay.
  }
  return Described;
}

std::optional<PythonProcess>
PythonProcess::find(pid_t Pid, RemoteMemory &Memory, std::string *Reason) {
  std::string Why;
  const std::optional<PythonImage> Image = findPythonImage(Pid, Memory, Why);
  if (Reason)
    *Reason = Why;
  if (!Image)
    return std::nullopt;
  return PythonProcess(std::make_unique<State>(Pid, Memory, *Image));
}

std::vector<PythonFrame> PythonProcess::frames(pid_t Tid) {
  return S->describe(S->stableFrames(S->hintOf(Tid)));
}

PythonProcess::PythonProcess(std::unique_ptr<State> S) : S(std::move(S)) {}
PythonProcess::PythonProcess(PythonProcess &&) noexcept = default;
PythonProcess &PythonProcess::operator=(PythonProcess &&) noexcept = default;
PythonProcess::~PythonProcess() = default;

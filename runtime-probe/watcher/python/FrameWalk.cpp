//===- FrameWalk.cpp - following an interpreter's lists -------------------===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "watcher/python/FrameWalk.h"

#include "watcher/python/Layout311.h"

#include <algorithm>

using namespace nostall;
using namespace nostall::layout311;

/// Bounds of lists, against cycles of a torn read.
static constexpr size_t MaxInterpreters = 256;
static constexpr size_t MaxThreads = 16384;

namespace {

struct Interpreter {
  uint64_t Address = 0;
  uint64_t Next = 0;
  uint64_t FirstThread = 0;
};

struct ThreadState {
  uint64_t Address = 0;
  uint64_t Previous = 0;
  uint64_t Next = 0;
  uint64_t OfInterpreter = 0;
  uint64_t CFrame = 0;
  uint64_t NativeId = 0;
  bool IsTracing = false; ///< In a call to a debugger or profiler.
};

/// Where the frames of one interpreter begin.
struct Top {
  uint64_t ThreadState = 0;
  uint64_t CFrame = 0;
  uint64_t Frame = 0;
  bool IsTraced = false;
};

} // namespace

static bool isPointer(uint64_t Address) {
  return Address % 8 == 0 && Address >= 4096;
}

static std::optional<Interpreter> readInterpreter(MemorySnapshot &Pages,
                                                  uint64_t Address) {
  std::array<std::byte, InterpreterRead> Bytes;
  if (!isPointer(Address) || !Pages.readValue(Address, Bytes))
    return std::nullopt;
  return Interpreter{Address, fieldAt<uint64_t>(Bytes, InterpreterNext),
                     fieldAt<uint64_t>(Bytes, InterpreterThreadsHead)};
}

static std::optional<ThreadState> readThreadState(MemorySnapshot &Pages,
                                                  uint64_t Address) {
  std::array<std::byte, ThreadRead> Bytes;
  if (!isPointer(Address) || !Pages.readValue(Address, Bytes))
    return std::nullopt;
  return ThreadState{Address,
                     fieldAt<uint64_t>(Bytes, ThreadPrevious),
                     fieldAt<uint64_t>(Bytes, ThreadNext),
                     fieldAt<uint64_t>(Bytes, ThreadInterpreter),
                     fieldAt<uint64_t>(Bytes, ThreadCFrame),
                     fieldAt<uint64_t>(Bytes, ThreadNativeId),
                     fieldAt<int32_t>(Bytes, ThreadTracing) != 0};
}

/// The memory of a thread state that was freed can look as before; what leads
/// to it in the list does not.
static std::optional<ThreadState>
readLinked(MemorySnapshot &Pages, const Interpreter &In, uint64_t Address) {
  std::optional<ThreadState> State = readThreadState(Pages, Address);
  if (!State || State->OfInterpreter != In.Address)
    return std::nullopt;
  uint64_t Link = In.FirstThread;
  if (State->Previous != 0 &&
      !Pages.readValue(State->Previous + ThreadNext, Link))
    return std::nullopt;
  return Link == Address ? State : std::nullopt;
}

/// False when the C frame cannot be read. A thread state without frames is left
/// out: one of a thread that is about to start still has its parent's id.
static bool addTop(MemorySnapshot &Pages, const ThreadState &State,
                   std::vector<Top> &Tops) {
  std::array<std::byte, CFrameRead> Bytes;
  if (!isPointer(State.CFrame) || !Pages.readValue(State.CFrame, Bytes))
    return false;
  const auto Frame = fieldAt<uint64_t>(Bytes, CFrameCurrentFrame);
  const bool IsTraced =
      State.IsTracing || fieldAt<uint8_t>(Bytes, CFrameUseTracing) != 0;
  if (Frame != 0)
    Tops.push_back({State.Address, State.CFrame, Frame, IsTraced});
  return true;
}

/// The thread's states in all interpreters; nothing when a list was torn.
static std::optional<std::vector<Top>> findTops(MemorySnapshot &Pages,
                                                uint64_t Runtime,
                                                pid_t NativeId,
                                                uint64_t LikelyState) {
  std::vector<Top> Tops;
  uint64_t Next = 0;
  if (!Pages.readValue(Runtime + RuntimeInterpretersHead, Next))
    return std::nullopt;
  const uint64_t Head = Next;
  size_t NumThreads = 0;
  for (size_t I = 0; Next != 0; ++I) {
    const std::optional<Interpreter> In = readInterpreter(Pages, Next);
    if (!In || I == MaxInterpreters)
      return std::nullopt;
    Next = In->Next;
    if (In->Address == Head && Next == 0 && LikelyState != 0) {
      const auto State = readLinked(Pages, *In, LikelyState);
      if (State && State->NativeId == static_cast<uint64_t>(NativeId) &&
          addTop(Pages, *State, Tops) && !Tops.empty())
        return Tops;
    }
    for (uint64_t Thread = In->FirstThread; Thread != 0;) {
      const auto State = readThreadState(Pages, Thread);
      if (!State || ++NumThreads > MaxThreads)
        return std::nullopt;
      Thread = State->Next;
      if (State->NativeId == static_cast<uint64_t>(NativeId) &&
          !addTop(Pages, *State, Tops))
        return std::nullopt;
    }
  }
  // The native stack grows down, so the interpreter entered last is first.
  std::sort(Tops.begin(), Tops.end(),
            [](const Top &A, const Top &B) { return A.CFrame < B.CFrame; });
  return Tops;
}

/// A generator that has yielded forgets its caller: its list would end there.
static bool isGeneratorExecuting(MemorySnapshot &Pages, uint64_t Frame) {
  int8_t State = 0;
  return Pages.readValue(Frame - GeneratorStateBeforeFrame, State) &&
         State == GeneratorExecuting;
}

std::optional<RawFrame> nostall::readFrame(MemorySnapshot &Pages,
                                           uint64_t Address) {
  std::array<std::byte, FrameRead> Bytes;
  if (!isPointer(Address) || !Pages.readValue(Address, Bytes))
    return std::nullopt;
  const auto IsEntry = fieldAt<uint8_t>(Bytes, FrameIsEntry);
  const auto Owner = fieldAt<uint8_t>(Bytes, FrameOwner);
  const RawFrame Frame{Address,
                       fieldAt<uint64_t>(Bytes, FramePrevious),
                       fieldAt<uint64_t>(Bytes, FrameCode),
                       fieldAt<uint64_t>(Bytes, FramePrevInstruction),
                       IsEntry == 1,
                       fieldAt<int32_t>(Bytes, FrameStackTop) == -1};
  if (IsEntry > 1 || Owner > MaxFrameOwner || !isPointer(Frame.Code) ||
      (Owner == OwnedByGenerator && !isGeneratorExecuting(Pages, Address)))
    return std::nullopt;
  return Frame;
}

/// A list that long is a deep stack, or one that a torn read made a ring.
static bool hasRepetition(const std::vector<RawFrame> &Frames) {
  std::vector<uint64_t> Addresses;
  Addresses.reserve(Frames.size());
  for (const RawFrame &Frame : Frames)
    Addresses.push_back(Frame.Address);
  std::sort(Addresses.begin(), Addresses.end());
  return std::adjacent_find(Addresses.begin(), Addresses.end()) !=
         Addresses.end();
}

FrameWalk nostall::walkFrames(MemorySnapshot &Pages, uint64_t Runtime,
                              pid_t NativeId, uint64_t LikelyState) {
  FrameWalk Walk;
  const auto Tops = findTops(Pages, Runtime, NativeId, LikelyState);
  if (!Tops)
    return Walk;
  for (const Top &Top : *Tops) {
    Walk.IsTraced |= Top.IsTraced;
    uint64_t Next = Top.Frame;
    while (Next != 0 && Walk.Frames.size() < MaxFrames) {
      const std::optional<RawFrame> Frame = readFrame(Pages, Next);
      if (!Frame)
        return Walk;
      Walk.Frames.push_back(*Frame);
      Next = Frame->Previous;
    }
  }
  if (Tops->size() == 1)
    Walk.ThreadState = Tops->front().ThreadState;
  Walk.IsComplete =
      Walk.Frames.size() < MaxFrames || !hasRepetition(Walk.Frames);
  return Walk;
}

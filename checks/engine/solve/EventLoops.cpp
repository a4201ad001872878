//===- EventLoops.cpp - loops that wait for events --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/EventLoops.h"

#include "engine/solve/FlowOrder.h"
#include "engine/solve/LoopIdling.h"

#include "llvm/ADT/STLExtras.h"

#include <deque>

namespace nostall {

bool isWithinLoop(const Program &P, FunctionIndex F, uint16_t Loop,
                  uint16_t Ancestor) {
  llvm::ArrayRef<nostall::Loop> Loops = P.loops(F);
  while (Loop != 0) {
    if (Loop == Ancestor)
      return true;
    Loop = Loops[Loop - 1].Parent;
  }
  return false;
}

llvm::ArrayRef<EventLoop> EventLoops::of(FunctionIndex F) const {
  auto First = llvm::lower_bound(
      Loops, F, [](const EventLoop &L, FunctionIndex F) { return L.Function < F; });
  auto Last = std::find_if(First, Loops.end(), [&](const EventLoop &L) {
    return L.Function != F;
  });
  return llvm::ArrayRef(Loops).slice(First - Loops.begin(), Last - First);
}

bool EventLoops::covers(const Program &P, FunctionIndex F,
                        uint16_t Loop) const {
  return llvm::any_of(of(F), [&](const EventLoop &L) {
    return isWithinLoop(P, F, Loop, L.Loop);
  });
}

namespace {

class LoopFinder {
public:
  LoopFinder(const ValueFlow &Values, const CallGraph &Graph,
             const Decisions &Branches)
      : Values(Values), P(Values.program()), Graph(Graph),
        Branches(Branches), Idling(Values) {}
  EventLoops run();

private:
  bool isRetried(FunctionIndex F, uint32_t Item) const;
  void spread();
  uint32_t costOf(FunctionIndex F, uint32_t CallIndex);
  struct Open;
  void addWait(FunctionIndex F, uint32_t CallIndex, const Open &Wait);
  bool runsObject(const CallEdge &Call) const;
  bool doesOtherWork(FunctionIndex F, uint16_t Loop, uint32_t Wait) const;
  bool dispatches(FunctionIndex F, uint16_t Loop, uint32_t Wait,
                  unsigned Depth) const;
  WaitKind waitKind(FunctionIndex F, const CallEdge &Call) const;

  const ValueFlow &Values;
  const Program &P;
  const CallGraph &Graph;
  const Decisions &Branches;
  LoopIdling Idling;
  EventLoops Found;
  /// Functions that wait outside of any loop of their own: whoever calls them
  /// in a loop has the event loop.
  struct Open {
    WaitKind Kind = WaitKind::None;
    std::set<uint32_t> Waits;
    /// Does more than wait: a loop around a call of it is no mere retry.
    bool Works = false;
    bool Dispatches = false;
    /// Waits for a set of descriptors of which not even the size is known: a
    /// loop around it is an event loop when it dispatches.
    bool NeedsDispatch = false;
    /// Asks what is ready and returns at once, all of the waits.
    bool Polls = false;
    /// What must come together for the nearest of the waits, in calls and
    /// branches: an event loop waits in about every round.
    uint32_t Cost = 0;
  };
  std::vector<Open> OpenWait;
  std::set<uint32_t> BackendCalls;
  /// Loops that no wait was found in but such as return at once.
  std::set<std::pair<FunctionIndex, uint16_t>> PollingLoops;
  std::deque<FunctionIndex> Work;
};

WaitKind LoopFinder::waitKind(FunctionIndex F, const CallEdge &Call) const {
  if (Call.Callee == NoIndex)
    return WaitKind::None;
  const FunctionKnowledge *K = P.knowledge(Call.Callee);
  if (!K || K->Multiplexer == WaitKind::None)
    return WaitKind::None;
  if (K->Descriptors)
    for (unsigned Position : Values.positions(Call, *K->Descriptors))
      if (std::optional<int64_t> Count = Values.constant(F, Call, Position);
          Count && *Count <= 1)
        return WaitKind::None; // Waits for one descriptor.
  return K->Multiplexer;
}

/// Calls a std::function or its kin.
bool LoopFinder::runsObject(const CallEdge &Call) const {
  llvm::ArrayRef<Value> Object = P.argument(Call, 0);
  return !Object.empty() && Call.Callee != NoIndex &&
         (P.entity(Call.Callee).Flags & EF_CallOperator) &&
         (P.typeTraits(Object.front().Type) & T_Callable);
}

/// Whether a round of the loop does more than wait again. Loop 0 stands for the
/// whole function.
bool LoopFinder::doesOtherWork(FunctionIndex F, uint16_t Loop,
                               uint32_t Wait) const {
  const FunctionSummary &Fn = P.function(F);
  for (uint32_t I = 0; I < Fn.NumCalls; ++I) {
    uint32_t CallIndex = Fn.FirstCall + I;
    const CallEdge &Call = P.summary().Calls[CallIndex];
    if (CallIndex == Wait || !P.isActive(Call) ||
        (Loop && !isWithinLoop(P, F, Call.Loop, Loop)))
      continue;
    if (Call.Callee == NoIndex)
      return true;
    if (!(P.entity(Call.Callee).Flags & EF_External) || runsObject(Call))
      return true;
    // Clocks and messages belong to waiting; accept, read or fsync do not.
    const FunctionKnowledge *K = P.knowledge(Call.Callee);
    if (K && K->Multiplexer == WaitKind::None &&
        llvm::any_of(K->Effects, [](const EffectRule &Rule) {
          return Rule.What.Kind != Category::Stdio;
        }))
      return true;
  }
  return false;
}

/// Whether a round of the loop calls something that only run time decides.
/// Loop 0 stands for the whole function.
bool LoopFinder::dispatches(FunctionIndex F, uint16_t Loop, uint32_t Wait,
                            unsigned Depth) const {
  const FunctionSummary &Fn = P.function(F);
  for (uint32_t I = 0; I < Fn.NumCalls; ++I) {
    uint32_t CallIndex = Fn.FirstCall + I;
    const CallEdge &Call = P.summary().Calls[CallIndex];
    if (CallIndex == Wait || !P.isActive(Call) ||
        (Loop && !isWithinLoop(P, F, Call.Loop, Loop)))
      continue;
    if (Call.Kind == CallKind::Indirect || Call.Kind == CallKind::Virtual)
      return true;
    if (runsObject(Call))
      return true;
  }
  if (Depth == 0)
    return false;
  for (const Edge &E : Graph.callees(F)) {
    const CallEdge &Call = P.summary().Calls[E.Call];
    if (E.Call == Wait || (Loop && !isWithinLoop(P, F, Call.Loop, Loop)) ||
        (P.function(E.Callee).Flags & FF_External))
      continue;
    if (dispatches(E.Callee, 0, NoIndex, Depth - 1))
      return true;
  }
  return false;
}

/// How much must come together for a call once its function runs.
uint32_t LoopFinder::costOf(FunctionIndex F, uint32_t CallIndex) {
  constexpr uint32_t Fatal = 48;
  const std::vector<CallDecisions> &Calls = Branches.beforeCalls(F);
  if (Calls.empty())
    return 1;
  const CallDecisions &D = Calls[CallIndex - P.function(F).FirstCall];
  return 1 + D.Branches + (D.Fatal ? Fatal : 0);
}

void LoopFinder::addWait(FunctionIndex F, uint32_t CallIndex,
                         const Open &Wait) {
  const CallEdge &Call = P.summary().Calls[CallIndex];
  llvm::ArrayRef<Loop> Loops = P.loops(F);
  constexpr uint32_t MaxCost = 16;
  uint32_t Cost = Wait.Cost + costOf(F, CallIndex);
  if (Cost > MaxCost)
    return;
  // The innermost loop that does more than retry.
  uint16_t Loop = Call.Loop;
  if (Loop != 0 && isRetried(F, CallIndex - P.function(F).FirstCall))
    Loop = Loops[Loop - 1].Parent;
  while (Loop != 0 && !Wait.Works && !doesOtherWork(F, Loop, CallIndex))
    Loop = Loops[Loop - 1].Parent;
  if (Loop == 0) {
    Open &Mine = OpenWait[F];
    Mine.Cost = Mine.Waits.empty() ? Cost : std::min(Mine.Cost, Cost);
    Mine.Polls = (Mine.Waits.empty() || Mine.Polls) && Wait.Polls;
    size_t Before = Mine.Waits.size();
    Mine.Waits.insert(Wait.Waits.begin(), Wait.Waits.end());
    if (Mine.Kind == WaitKind::None)
      Mine.Kind = Wait.Kind;
    Mine.NeedsDispatch |= Wait.NeedsDispatch;
    Mine.Works |= Wait.Works || doesOtherWork(F, 0, CallIndex);
    Mine.Dispatches |= Wait.Dispatches || dispatches(F, 0, CallIndex, 2);
    if (Mine.Waits.size() != Before)
      Work.push_back(F);
    return;
  }
  if (Wait.NeedsDispatch && !Wait.Dispatches &&
      !dispatches(F, Loop, CallIndex, 2))
    return;
  Found.Waits.insert(Wait.Waits.begin(), Wait.Waits.end());
  if (!Wait.Polls)
    PollingLoops.erase({F, Loop});
  for (const EventLoop &Known : Found.Loops)
    if (Known.Function == F && Known.Loop == Loop)
      return;
  if (Wait.Polls)
    PollingLoops.insert({F, Loop});
  Found.Loops.push_back({F, Loop, CallIndex});
}

/// Whether the wait's success leads out of the loop that it stands in: what the
/// loop does is to wait again after an interruption. \p Item is its local
/// index.
bool LoopFinder::isRetried(FunctionIndex F, uint32_t Item) const {
  std::optional<uint32_t> Wait = blockOf(P, F, Item);
  if (!Wait)
    return false;
  std::vector<bool> Behind = blocksAfter(P, F, *Wait);
  if (!Behind[*Wait])
    return true; // Never comes round.
  llvm::ArrayRef<FlowBlock> Blocks = P.blocks(F);
  uint32_t Call = P.function(F).FirstCall + Item;
  for (uint32_t B = 0; B < Blocks.size(); ++B) {
    const FlowBlock &Branch = Blocks[B];
    if (!(B == *Wait || Behind[B]) || Branch.NumSuccessors != 2 ||
        Branch.ConditionValue == NoIndex)
      continue;
    unsigned Success;
    switch (Branch.Op) {
    case ConditionOp::GreaterEqual:
    case ConditionOp::Greater:
    case ConditionOp::NotEqual:
      Success = 0;
      break;
    case ConditionOp::Less:
    case ConditionOp::LessEqual:
    case ConditionOp::Equal:
      Success = 1;
      break;
    default:
      continue;
    }
    if ((Branch.Op == ConditionOp::Equal ||
         Branch.Op == ConditionOp::NotEqual) &&
        Branch.Operand != -1)
      continue;
    OriginList Tested =
        Values.resolve(F, P.summary().Values[Branch.ConditionValue]);
    if (llvm::none_of(Tested, [&](const Origin &O) { return O.Call == Call; }))
      continue;
    auto Returns = [&](unsigned Successor) {
      uint32_t To =
          P.summary().Successors[Branch.FirstSuccessor + Successor].Block;
      return To != NoIndex && (To == *Wait || blocksAfter(P, F, To)[*Wait]);
    };
    if (!Returns(Success) && Returns(1 - Success))
      return true;
  }
  return false;
}

/// To the callers of functions that wait, up to the loops.
void LoopFinder::spread() {
  while (!Work.empty()) {
    FunctionIndex F = Work.front();
    Work.pop_front();
    // A task or callback that waits is a stall of its own, not a loop of
    // whoever runs it.
    if (P.isCoroutine(F))
      continue;
    for (uint32_t Index : Graph.callers(F)) {
      const Edge &E = Graph.edges()[Index];
      // The backends of a C library stand in a table of functions. A stored
      // callback that polls is no backend.
      bool IsBackend =
          E.Kind == EdgeKind::Stored &&
          P.summary().Calls[E.Call].Kind == CallKind::Indirect &&
          (OpenWait[F].Kind == WaitKind::Queue || BackendCalls.count(E.Call));
      if (IsBackend)
        BackendCalls.insert(E.Call);
      if (E.Kind == EdgeKind::Call || E.Kind == EdgeKind::Virtual || IsBackend)
        addWait(E.Caller, E.Call, Open(OpenWait[F]));
    }
  }
}

EventLoops LoopFinder::run() {
  OpenWait.resize(P.numFunctions());
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F) {
    const FunctionSummary &Fn = P.function(F);
    for (uint32_t I = 0; I < Fn.NumCalls; ++I) {
      const CallEdge &Call = P.summary().Calls[Fn.FirstCall + I];
      if (WaitKind Kind = waitKind(F, Call); Kind != WaitKind::None)
        addWait(F, Fn.FirstCall + I,
                {Kind, {Fn.FirstCall + I}, false, false,
                 Kind == WaitKind::Set &&
                     !P.knowledge(Call.Callee)->Descriptors,
                 Idling.onlyPolls(F, Call)});
    }
  }
  spread();
  // What stands in a table of backends beside an epoll_wait is one as well.
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F)
    if (!OpenWait[F].Waits.empty() && !BackendCalls.empty())
      Work.push_back(F);
  spread();
  Idling.addSleeps(Found.Waits);
  Idling.addPauses(PollingLoops, Found.Waits);
  llvm::sort(Found.Loops, [](const EventLoop &A, const EventLoop &B) {
    return std::tie(A.Function, A.Loop) < std::tie(B.Function, B.Loop);
  });
  return std::move(Found);
}

} // namespace

EventLoops findEventLoops(const ValueFlow &Values, const CallGraph &Graph,
                          const Decisions &Branches) {
  return LoopFinder(Values, Graph, Branches).run();
}

} // namespace nostall

//===- LoopDeadlocks.cpp - waits that only their own loop can end -*-C++-*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/LoopDeadlocks.h"

#include "engine/solve/LoopCompletions.h"

#include "llvm/ADT/STLExtras.h"

namespace nostall {
namespace {

class DeadlockFinder {
public:
  explicit DeadlockFinder(const Solution &S)
      : S(S), P(S.P), Objects(S.Values), Loops(S, Objects),
        Completions(S, Objects, Loops) {}
  std::vector<LoopDeadlock> run();

private:
  using Answer = LoopCompletions::Answer;

  void consider(const EffectSite &Site, Frames Active,
                llvm::SmallVector<uint32_t, 4> Down);
  bool considerCallers(const EffectSite &Site, const Frames &Active,
                       llvm::ArrayRef<uint32_t> Down);
  Answer reentry(const EffectSite &Site, const Waiter &W) const;

  const Solution &S;
  const Program &P;
  ProgramObjects Objects;
  LoopObjects Loops;
  LoopCompletions Completions;
  std::vector<LoopDeadlock> Found;
};

/// The call runs the loop that it is on.
std::optional<Completion> DeadlockFinder::reentry(const EffectSite &Site,
                                                  const Waiter &W) const {
  const Root &Rt =
      S.Where.roots()[S.Where
                          .witness(W.Active.back().In,
                                   W.Active.back().Call -
                                       P.function(W.Active.back().In).FirstCall)
                          .Root];
  if (Rt.Kind == RootKind::Loop ||
      (Rt.Framework && Rt.Framework != Site.Function->Library))
    return std::nullopt;
  ObjectSet Loop =
      Objects.argument(Site.SinkIn, Site.SinkCall, Site.Rule->Reenters->Loop,
                       llvm::ArrayRef(W.Active).drop_front());
  std::optional<Confidence> Own =
      Loops.isOwn(W.Loop, Loop, Site.Function->Library);
  if (!Own)
    return std::nullopt;
  // A loop that was made for this: made on the way here.
  bool IsNamed = llvm::any_of(Loop.Places, [](const ObjectPlace &Place) {
    return Place.K == ObjectPlace::Kind::Getter;
  });
  if (*Own != Confidence::High && !IsNamed)
    for (const ObjectPlace &Place : Loop.Places) {
      bool Fresh = Place.K == ObjectPlace::Kind::Local &&
                   S.Where.isOnLoop(Place.In);
      if (Place.K == ObjectPlace::Kind::Made)
        Fresh = Completions.isOnTheWay(Place.Index, W);
      if (Fresh)
        return std::nullopt;
    }
  return Completion{DeadlockKind::Reentry, *Own, NoIndex, NoIndex, NoIndex};
}

/// \p Active leads from the wait to a function on the loop, \p Down back.
void DeadlockFinder::consider(const EffectSite &Site, Frames Active,
                              llvm::SmallVector<uint32_t, 4> Down) {
  FunctionIndex In = Active.back().In;
  uint32_t Call = Active.back().Call;
  uint32_t Local = Call - P.function(In).FirstCall;
  if (!S.Where.isOnLoop(In) || !S.Where.isCallOnLoop(In, Local))
    return;
  Waiter W{Active, Active, Loops.ownLoop(In, Call), 0};
  for (const Witness *Via = &S.Where.witness(In, Local); Via->Via != NoIndex;
       Via = &S.Where.at(Via->From)) {
    const Edge &E = S.Graph.edges()[Via->Via];
    W.Way.push_back({E.Caller, E.Call});
  }
  Answer A;
  if (Site.Rule->Reenters) {
    A = reentry(Site, W);
  } else {
    A = Completions.waited(Site, W);
    if (W.OfCaller && considerCallers(Site, Active, Down))
      return;
  }
  if (!A)
    return;
  Confidence Sure = std::min(A->Sure, Site.Sure);
  // However many threads run it, a handler must not run it again.
  if (A->Kind != DeadlockKind::Reentry) {
    std::optional<Confidence> Alone = Loops.hasOneThread(W.Loop);
    if (!Alone)
      return;
    Sure = std::min(Sure, *Alone);
  }
  Found.push_back({A->Kind, Sure, In, Call, std::move(Down), &Site, A->Given,
                   A->Done, A->Body});
}

/// What is waited for is the callers' to say: one may wait for itself and
/// another not. False when there is none that shows it.
bool DeadlockFinder::considerCallers(const EffectSite &Site,
                                     const Frames &Active,
                                     llvm::ArrayRef<uint32_t> Down) {
  constexpr size_t MaxFrames = 6;
  FunctionIndex In = Active.back().In;
  bool Any = false;
  if (Active.size() >= MaxFrames)
    return Any;
  for (uint32_t Index : S.Graph.callers(In)) {
    const Edge &E = S.Graph.edges()[Index];
    bool Passes = E.Kind == EdgeKind::Call || E.Kind == EdgeKind::Virtual;
    bool Recursive = llvm::any_of(
        Active, [&](const ActiveCall &At) { return At.In == E.Caller; });
    if (!Passes || Recursive)
      continue;
    Any = true;
    Frames Further = Active;
    Further.push_back({E.Caller, E.Call, true});
    llvm::SmallVector<uint32_t, 4> Way = {Index};
    llvm::append_range(Way, Down);
    consider(Site, std::move(Further), std::move(Way));
  }
  return Any;
}

std::vector<LoopDeadlock> DeadlockFinder::run() {
  for (const EffectSite &Site : S.Found.sites()) {
    if (!Site.Rule->Until && !Site.Rule->Reenters)
      continue;
    Frames Active = {{Site.SinkIn, Site.SinkCall, true}};
    for (uint32_t Index : llvm::reverse(Site.Down)) {
      const Edge &E = S.Graph.edges()[Index];
      Active.push_back({E.Caller, E.Call, true});
    }
    consider(Site, std::move(Active), Site.Down);
  }
  return std::move(Found);
}

} // namespace

std::vector<LoopDeadlock> findLoopDeadlocks(const Solution &S) {
  // Most programs never wait like that, and need no index of their objects.
  if (llvm::none_of(S.Found.sites(), [](const EffectSite &Site) {
        return Site.Rule->Until || Site.Rule->Reenters;
      }))
    return {};
  return DeadlockFinder(S).run();
}

} // namespace nostall

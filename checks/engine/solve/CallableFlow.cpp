//===- CallableFlow.cpp - where callables run -------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/CallableFlow.h"

#include "engine/solve/Conditions.h"
#include "engine/solve/DirectCalls.h"

#include "llvm/ADT/STLExtras.h"

namespace nostall {

static std::pair<FileId, uint64_t> placeKey(const Location &At) {
  return {At.File, uint64_t(At.Line) << 32 | At.Column};
}

void CallableFlow::countBodies() {
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F)
    ++BodiesAt[placeKey(P.function(F).Loc)];
}

/// A delegate's trampoline, one instantiation for each function that a template
/// argument names, does nothing but call that function: what the delegate runs
/// is the function. NoIndex for any other function.
FunctionIndex CallableFlow::forwardedBy(FunctionIndex F) const {
  const FunctionSummary &Fn = P.function(F);
  if ((Fn.Flags & (FF_Lambda | FF_External)) || P.isCoroutine(F) ||
      Fn.NumLoops || BodiesAt.lookup(placeKey(Fn.Loc)) < 2)
    return NoIndex;
  const CallEdge *Only = nullptr;
  for (const CallEdge &Call : P.calls(F)) {
    if (!P.isActive(Call))
      continue;
    if (Call.Callee != NoIndex && (P.entity(Call.Callee).Flags & EF_External))
      continue; // std::forward
    if (Only || Call.Kind != CallKind::Direct || Call.Callee == NoIndex)
      return NoIndex;
    Only = &Call;
  }
  return Only ? P.body(Only->Callee, F) : NoIndex;
}

std::optional<CallableFlow::Token>
CallableFlow::tokenOf(FunctionIndex F, const Origin &O) const {
  switch (O.Kind) {
  case OriginKind::Function:
  case OriginKind::Bind: {
    FunctionIndex Body = P.body(static_cast<EntityIndex>(O.Data), F);
    if (Body == NoIndex)
      return std::nullopt;
    Token T;
    T.Body = Body;
    if (O.Kind == OriginKind::Bind)
      T.BindCall = O.Call;
    else if (FunctionIndex To = forwardedBy(Body); To != NoIndex) {
      T.Body = To;
      T.IsForwarded = true;
    }
    return T;
  }
  case OriginKind::Task: {
    Token T;
    T.Body = static_cast<FunctionIndex>(O.Data);
    T.IsTask = true;
    return T;
  }
  default:
    return std::nullopt;
  }
}

//===----------------------------------------------------------------------===//
// Where callables go
//===----------------------------------------------------------------------===//

/// The callable runs now, in the call \p Site.
void CallableFlow::run(const Token &T, CallSite Site, EdgeKind Kind,
                       uint32_t Detail, Confidence Sure) {
  Graph.seeStart(T.Body);
  if (T.IsTask && Kind != EdgeKind::Waited)
    Kind = EdgeKind::Started;
  Graph.addEdge({Site.In, Site.Call, T.Body, Detail, Kind, Sure});
  passBoundArguments(T);
}

/// Callables among bound arguments reach the bound function's parameters,
/// whenever it runs.
void CallableFlow::passBoundArguments(const Token &T) {
  if (T.BindCall == NoIndex || !BoundCalls.insert(T.BindCall).second)
    return;
  const CallEdge &Bind = P.summary().Calls[T.BindCall];
  if (FunctionIndex In = P.functionOfCall(T.BindCall); In != NoIndex)
    passArguments(In, Bind, 2, T);
}

/// Arguments of \p Call from \p FirstArg on become the parameters of \p To.
void CallableFlow::passArguments(FunctionIndex F, const CallEdge &Call,
                                 unsigned FirstArg, const Token &To) {
  bool Member = P.entityOf(To.Body).Flags & EF_Member &&
                !(P.function(To.Body).Flags & FF_Lambda) &&
                !(P.entityOf(To.Body).Flags & EF_CallOperator);
  for (unsigned Arg = FirstArg; Arg < Call.NumArgs; ++Arg) {
    unsigned Param = Arg - FirstArg + (Member ? 0 : 1);
    for (const Origin &O : Values.argument(F, Call, Arg))
      if (std::optional<Token> Passed = tokenOf(F, O))
        enterParamOfAnyCall(*Passed, To.Body, Param);
  }
}

void CallableFlow::use(const Token &T, const CallableUse &U, const Route &By) {
  switch (U.What) {
  case CallableUse::Invoked:
    if (By.Store != NoIndex)
      run(T, By.Site, EdgeKind::Stored, By.Store, Confidence::High);
    else
      run(T, By.Site, EdgeKind::Passed, U.In, Confidence::High);
    // What the callable is called with.
    if (PassedArguments.insert({U.Call, T.Body}).second &&
        T.BindCall == NoIndex && !T.IsForwarded)
      passArguments(U.In, P.summary().Calls[U.Call], 1, T);
    break;
  case CallableUse::Awaited:
    // Awaited inside a coroutine: runs in that coroutine's context.
    if (T.IsTask)
      run(T, {U.In, U.Call}, EdgeKind::Started, NoIndex, Confidence::High);
    break;
  case CallableUse::Argument:
    passTo(T, {U.In, U.Call}, U.Arg, By);
    break;
  case CallableUse::Stored:
    enterSlot(T, U.Call, U.In, U.Where);
    break;
  }
}

/// The callable is the parameter \p Param of \p G, for the innermost of the
/// calls in \p By.
void CallableFlow::enterParam(const Token &T, FunctionIndex G, unsigned Param,
                              const Route &By) {
  // A coroutine's body runs when its task does, so what it does with its
  // parameters is not part of the call.
  if (P.isCoroutine(G))
    return enterParamOfAnyCall(T, G, Param);
  constexpr unsigned MaxCalls = 24;
  if (By.Calls->depth() > MaxCalls ||
      !EnteredParams.insert({T.key(), By.Site.Call, G, Param}).second)
    return;
  for (const CallableUse &U : Uses.ofParam(G, Param))
    use(T, U, By);
}

void CallableFlow::enterParamOfAnyCall(const Token &T, FunctionIndex G,
                                       unsigned Param) {
  if (!EnteredParams.insert({T.key(), NoIndex, G, Param}).second)
    return;
  for (const CallableUse &U : Uses.ofParam(G, Param))
    use(T, U, {.Site = {U.In, U.Call}});
}

void CallableFlow::enterSlot(const Token &T, SlotIndex Slot, FunctionIndex By,
                             Location Where) {
  if (!EnteredSlots.insert({T.key(), Slot}).second)
    return;
  if (T.IsTask)
    Graph.seeStart(T.Body);
  uint32_t Store = Graph.addStore({Slot, By, Where});
  if (const FieldKnowledge *Field =
          P.knowledge().field(P.string(P.summary().Slots[Slot].Display))) {
    Graph.seeStart(T.Body);
    Graph.addStoredEntry({T.Body, Field->Runs, By, NoIndex, Store,
                          Field->Library, Confidence::High});
    return;
  }
  llvm::ArrayRef<CallableUse> UsesOfSlot = Uses.ofSlot(Slot);
  for (const CallableUse &U : UsesOfSlot)
    use(T, U, {.Site = {U.In, U.Call}, .Store = Store});
  // Kept, and nobody in sight takes it out.
  if (UsesOfSlot.empty() && T.IsTask)
    lose(T);
}

/// The callable is the argument \p Arg of the call \p At.
void CallableFlow::passTo(const Token &T, CallSite At, unsigned Arg,
                          const Route &By) {
  const CallEdge &Call = call(At);
  if (T.IsTask)
    Graph.seeStart(T.Body);
  // An argument of an unknown callable: the callable's own run passes it.
  if (isInvocation(P, Call) || Call.Callee == NoIndex)
    return;
  if (const FunctionKnowledge *K = P.knowledge(Call.Callee);
      K && K->replacesBody()) {
    // Without a rule neither run nor kept, or kept as ValueFlow says.
    if (const ParamRule *Rule = ruleFor(*K, At, Arg))
      apply(*Rule, K->Library, T, At, Arg, By);
    return;
  }
  llvm::SmallVector<FunctionIndex, 4> Bodies = namedTargets(P, At.In, Call);
  Chain Calls{By.Calls, At};
  for (FunctionIndex Body : Bodies)
    enterParam(T, Body, Arg, {.Site = By.Site, .Calls = &Calls});
  if (!Bodies.empty())
    return;
  // A library that keeps values is followed as a place, not as a call.
  llvm::ArrayRef<Value> Object = P.argument(Call, 0);
  if (!Object.empty() &&
      (P.typeTraits(Object.front().Type) & (T_Transparent | T_Callable)))
    return;
  if (!(P.entity(Call.Callee).Flags & (EF_Pruned | EF_Constructor)))
    lose(T);
}

//===----------------------------------------------------------------------===//
// What libraries do with callables
//===----------------------------------------------------------------------===//

/// What the library does with the argument, if it does anything.
const ParamRule *CallableFlow::ruleFor(const FunctionKnowledge &K, CallSite At,
                                       unsigned Arg) const {
  const CallEdge &Call = call(At);
  for (const ParamRule &Rule : K.Params)
    if (llvm::is_contained(Values.positions(Call, Rule.Param), Arg) &&
        (Rule.When.empty() ||
         holdsAll(Values, At.In, Call, Rule.When) == Truth::True))
      return &Rule;
  return nullptr;
}

std::pair<RunsIn, Confidence>
CallableFlow::executorOf(CallSite At, const ArgSelector &Selector,
                         const Chain *Outer) const {
  for (unsigned Position : Values.positions(call(At), Selector)) {
    CallSite Now = At;
    unsigned Arg = Position;
    const Chain *Up = Outer;
    while (true) {
      TraitAnswer Answer = traitsOf(Values, Now.In, P.argument(call(Now), Arg));
      if (Answer.Known && (Answer.Traits & T_WorkerExecutor))
        return {RunsIn::Worker, Confidence::High};
      if (Answer.Known && (Answer.Traits & T_LoopExecutor))
        return {RunsIn::Loop, Confidence::High};
      if (!Answer.Param || !Up)
        break;
      Now = Up->Site;
      Arg = *Answer.Param;
      Up = Up->Outer;
    }
  }
  // Nothing shows it to be a pool.
  return {RunsIn::Loop, Confidence::Medium};
}

void CallableFlow::apply(const ParamRule &Rule, const LibraryKnowledge *Library,
                         const Token &T, CallSite At, unsigned Arg,
                         const Route &By) {
  RunsIn Where = Rule.Runs;
  Confidence Sure = Confidence::High;
  if (Where == RunsIn::Executor)
    std::tie(Where, Sure) = executorOf(At, Rule.Executor, By.Calls);
  if (Where == RunsIn::Inline || Where == RunsIn::Sync) {
    run(T, By.Site, Where == RunsIn::Sync ? EdgeKind::Waited : EdgeKind::Passed,
        NoIndex, Sure);
  } else {
    Graph.seeStart(T.Body);
    Graph.addEntry({T.Body, Where, At.In, At.Call, NoIndex, Library, Sure});
    passBoundArguments(T);
  }
  if (Rule.PassesRest && !T.IsForwarded)
    passArguments(At.In, call(At), Arg + 1, T);
}

//===----------------------------------------------------------------------===//
// Where callables are made
//===----------------------------------------------------------------------===//

/// What a callee puts into a container that the caller passed by reference.
void CallableFlow::followThroughParams(CallSite At) {
  const CallEdge &Call = call(At);
  if (Call.Callee == NoIndex)
    return;
  if (const FunctionKnowledge *K = P.knowledge(Call.Callee);
      K && K->replacesBody())
    return;
  FunctionIndex Body = P.body(Call.Callee, At.In);
  if (Body == NoIndex)
    return;
  for (const ValueFlow::ParamStore &Store : Values.paramStores(Body)) {
    for (const Origin &Target : Values.argument(At.In, Call, Store.Param)) {
      if (Target.Kind != OriginKind::Slot)
        continue;
      for (const Origin &O :
           Values.resolve(Body, Values.values(Store.Source))) {
        if (O.Kind == OriginKind::Param) {
          for (const Origin &Passed : Values.argument(At.In, Call, O.Data))
            if (std::optional<Token> T = tokenOf(At.In, Passed))
              enterSlot(*T, Target.Data, At.In, Call.Loc);
        } else if (std::optional<Token> T = tokenOf(Body, O)) {
          enterSlot(*T, Target.Data, Body, Store.Source.Loc);
        }
      }
    }
  }
}

/// Callables that the function calls itself.
void CallableFlow::followInvoked(CallSite At) {
  const CallEdge &Call = call(At);
  bool Resolved = false;
  for (const Origin &O : Values.argument(At.In, Call, 0)) {
    Resolved |= O.Kind == OriginKind::Param || O.Kind == OriginKind::Slot;
    if (std::optional<Token> T = tokenOf(At.In, O)) {
      Resolved = true;
      use(*T, {CallableUse::Invoked, At.In, At.Call, 0, Call.Loc},
          {.Site = At});
    }
  }
  if (!Resolved && !(P.function(At.In).Flags & FF_External))
    Graph.loseCall({At.In, At.Call, /*IsUnknownFunction=*/false});
}

void CallableFlow::followCall(CallSite At) {
  const CallEdge &Call = call(At);
  if (!P.isActive(Call))
    return;
  followThroughParams(At);
  if (Call.Kind == CallKind::Await || Call.Kind == CallKind::Yield) {
    for (const Origin &O : Values.argument(At.In, Call, 0))
      if (std::optional<Token> T = tokenOf(At.In, O))
        run(*T, At, EdgeKind::Started, NoIndex, Confidence::High);
    return;
  }
  if (isInvocation(P, Call))
    followInvoked(At);
  for (unsigned Arg = 1; Arg < Call.NumArgs; ++Arg)
    for (const Origin &O : Values.argument(At.In, Call, Arg))
      if (std::optional<Token> T = tokenOf(At.In, O))
        passTo(*T, At, Arg, {.Site = At});
}

void CallableFlow::run() {
  for (FunctionIndex F = 0; F < P.numFunctions(); ++F) {
    const FunctionSummary &Fn = P.function(F);
    for (uint32_t I = 0; I < Fn.NumCalls; ++I)
      followCall({F, Fn.FirstCall + I});
  }
  for (SlotIndex Slot = 0; Slot < P.summary().Slots.size(); ++Slot)
    for (const ValueSource &Source : Values.slotSources(Slot))
      for (const Origin &O : Values.resolve(Source.In, Values.values(Source)))
        if (std::optional<Token> T = tokenOf(Source.In, O))
          enterSlot(*T, Slot, Source.In, Source.Loc);
}

} // namespace nostall

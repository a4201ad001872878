//===- CallableFlow.h - where callables run ---------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Follows callables and coroutines' tasks from where they are made to where
// they run (CallGraph.h says by which rules), and adds the edges and entries
// that this gives.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/CallGraphBuilder.h"
#include "engine/solve/CallableUses.h"

#include "llvm/ADT/DenseSet.h"

#include <optional>
#include <set>
#include <tuple>

namespace nostall {

/// Refers to all that it is made with.
class CallableFlow {
public:
  CallableFlow(const ValueFlow &Values, const CallableUses &Uses,
               CallGraphBuilder &Graph)
      : Values(Values), P(Values.program()), Uses(Uses), Graph(Graph) {
    countBodies();
  }
  void run();

private:
  /// A callable or task.
  struct Token {
    FunctionIndex Body = NoIndex;
    uint32_t BindCall = NoIndex; ///< The call that bound arguments to it.
    bool IsTask = false;
    /// Body is what a forwarder calls: its parameters are not the call's
    /// arguments.
    bool IsForwarded = false;
    using Key = std::tuple<FunctionIndex, uint32_t, bool>;
    Key key() const { return {Body, BindCall, IsTask}; }
  };
  struct CallSite {
    FunctionIndex In = NoIndex;
    uint32_t Call = NoIndex; ///< Into LUSummary::Calls.
  };
  /// Calls that handed a callable on, innermost first; lets an executor that is
  /// a parameter be looked up.
  struct Chain {
    const Chain *Outer = nullptr;
    CallSite Site;
    unsigned depth() const { return Outer ? Outer->depth() + 1 : 1; }
  };
  /// How a callable came to the code at hand.
  struct Route {
    CallSite Site;                ///< What an inline run is attributed to.
    const Chain *Calls = nullptr; ///< From Site on.
    /// The store that it was taken from, into CallGraph::stores().
    uint32_t Store = NoIndex;
  };

  std::optional<Token> tokenOf(FunctionIndex F, const Origin &O) const;
  void countBodies();
  FunctionIndex forwardedBy(FunctionIndex F) const;
  void use(const Token &T, const CallableUse &U, const Route &By);
  void passTo(const Token &T, CallSite At, unsigned Arg, const Route &By);
  void enterParam(const Token &T, FunctionIndex G, unsigned Param,
                  const Route &By);
  void enterParamOfAnyCall(const Token &T, FunctionIndex G, unsigned Param);
  void enterSlot(const Token &T, SlotIndex Slot, FunctionIndex By,
                 Location Where);
  void run(const Token &T, CallSite Site, EdgeKind Kind, uint32_t Detail,
           Confidence Sure);
  void passBoundArguments(const Token &T);
  void passArguments(FunctionIndex F, const CallEdge &Call, unsigned FirstArg,
                     const Token &To);
  void lose(const Token &T) { Graph.loseCallable(T.Body); }

  const ParamRule *ruleFor(const FunctionKnowledge &K, CallSite At,
                           unsigned Arg) const;
  void apply(const ParamRule &Rule, const LibraryKnowledge *Library,
             const Token &T, CallSite At, unsigned Arg, const Route &By);
  std::pair<RunsIn, Confidence> executorOf(CallSite At,
                                           const ArgSelector &Selector,
                                           const Chain *Outer) const;

  void followThroughParams(CallSite At);
  void followInvoked(CallSite At);
  void followCall(CallSite At);
  const CallEdge &call(CallSite At) const { return P.summary().Calls[At.Call]; }

  const ValueFlow &Values;
  const Program &P;
  const CallableUses &Uses;
  CallGraphBuilder &Graph;
  /// How many bodies there are of the function at a place: instantiations.
  llvm::DenseMap<std::pair<FileId, uint64_t>, unsigned> BodiesAt;

  // What was done once. Parameters by the call that the run is attributed to;
  // NoIndex for whatever call.
  std::set<std::tuple<Token::Key, uint32_t, FunctionIndex, unsigned>>
      EnteredParams;
  std::set<std::pair<Token::Key, SlotIndex>> EnteredSlots;
  llvm::DenseSet<uint32_t> BoundCalls;
  std::set<std::pair<uint32_t, FunctionIndex>> PassedArguments;
};

} // namespace nostall

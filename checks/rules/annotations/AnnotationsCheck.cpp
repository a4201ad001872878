//===- AnnotationsCheck.cpp - nostall-annotations ---------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "rules/annotations/AnnotationsCheck.h"

#include "engine/check/FindingSink.h"

#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"

#include <fmt/format.h>

#include <deque>
#include <map>

namespace nostall {

static constexpr OptionDescriptor Options[] = {
    {"Tier", "always",
     "what contradicts that a function does not block: calls that block "
     "'always', are 'likely' to, or do so 'rarely'"},
    {"Unused", "false",
     "whether to report annotations, NOLINT comments and entries of your "
     "knowledge files that change nothing; where the whole program is "
     "analysed, without errors"},
};
static constexpr CheckDescriptor Descriptor = {
    "nostall-annotations",
    "finds annotations that the program contradicts, and unused suppressions",
    /*OnByDefault=*/true, Options};

AnnotationsCheck::AnnotationsCheck() : Check(Descriptor) {}

std::string AnnotationsCheck::configure(const CheckOptions &Given) {
  std::optional<Tier> T = tierFromName(option(Given, "Tier"));
  if (!T)
    return fmt::format("unknown tier '{}': rarely, likely or always",
                       option(Given, "Tier"));
  Lowest = *T;
  return readSwitch(Given, "Unused", Unused);
}

namespace {

constexpr uint32_t Both = EF_DeclaredBlocking | EF_DeclaredNonblocking;

/// Looks at the functions about which the source says something.
class DeclarationReader {
public:
  DeclarationReader(const Solution &S, FindingSink &Sink, Tier Lowest)
      : S(S), Sink(Sink), Lowest(Lowest) {}

  void contradictions(FunctionIndex F);
  void unused(FunctionIndex F);

private:
  /// A function below the one that is looked at, and the edge into it.
  struct Visited {
    FunctionIndex Function;
    uint32_t Via; ///< Into CallGraph::edges(), or NoIndex.
    size_t From;  ///< Into the list of these.
  };
  using Walk = std::vector<Visited>;

  uint32_t declared(FunctionIndex F) const {
    return S.P.declared(S.P.function(F).Entity);
  }
  bool isHere(FunctionIndex F, uint32_t CallIndex) const;
  Walk below(FunctionIndex F, Confidence Least) const;
  Trace traceTo(FunctionIndex F, const Walk &W, size_t At,
                const EffectSite &Site) const;
  void report(FunctionIndex F, Effect What, std::string Message,
              std::string Suggestion, Trace Way = {});
  void blocksAllTheSame(FunctionIndex F);
  void callsItsParameter(FunctionIndex F);
  void runsElsewhere(FunctionIndex F);
  bool doesNothing(FunctionIndex F) const;
  bool isOnLoopAnyway(FunctionIndex F) const;

  const Solution &S;
  FindingSink &Sink;
  const Tier Lowest;
};

/// Whether the call is made by the thread that runs \p F.
bool DeclarationReader::isHere(FunctionIndex F, uint32_t CallIndex) const {
  const CallFacts &Fact =
      S.Where.facts(F, CallIndex - S.P.function(F).FirstCall);
  return !Fact.Unreachable && !Fact.InChild && !Fact.OffLoop &&
         Fact.Where != RelativePlace::Worker;
}

/// \p F and what runs in calls of it, nearest first. What is declared not to
/// block stands for itself.
DeclarationReader::Walk DeclarationReader::below(FunctionIndex F,
                                                 Confidence Least) const {
  Walk Found = {{F, NoIndex, 0}};
  llvm::DenseSet<FunctionIndex> Seen = {F};
  for (size_t At = 0; At < Found.size(); ++At) {
    llvm::ArrayRef<Edge> Out = S.Graph.callees(Found[At].Function);
    for (const Edge &E : Out)
      if (E.Sure >= Least && E.Kind != EdgeKind::Started &&
          !S.P.isTrusted(E.Callee) && isHere(E.Caller, E.Call) &&
          Seen.insert(E.Callee).second)
        Found.push_back(
            {E.Callee, static_cast<uint32_t>(&E - S.Graph.edges().data()), At});
  }
  return Found;
}

Trace DeclarationReader::traceTo(FunctionIndex F, const Walk &W, size_t At,
                                 const EffectSite &Site) const {
  Trace Way = {
      {Sink.place(F, S.P.function(F).Loc),
       fmt::format("'{}' is declared not to block", Sink.functionName(F))}};
  llvm::SmallVector<uint32_t, 8> Edges;
  for (; W[At].Via != NoIndex; At = W[At].From)
    Edges.push_back(W[At].Via);
  for (uint32_t Index : llvm::reverse(Edges))
    Sink.appendEdge(Way, S.Graph.edges()[Index]);
  for (uint32_t Index : Site.Down)
    Sink.appendEdge(Way, S.Graph.edges()[Index]);
  const CallEdge &Call = S.P.summary().Calls[Site.SinkCall];
  if (!(S.P.function(Site.SinkIn).Flags & FF_External))
    Way.push_back({Sink.place(Site.SinkIn, Call.Loc),
                   "calls " + Sink.displayName(Call.Callee)});
  return Way;
}

void DeclarationReader::report(FunctionIndex F, Effect What,
                               std::string Message, std::string Suggestion,
                               Trace Way) {
  Remark R;
  R.At = Sink.place(F, S.P.function(F).Loc);
  R.Subject = S.P.nameOf(S.P.function(F)).str();
  R.What = What;
  R.Message = std::move(Message);
  R.Suggestion = std::move(Suggestion);
  R.Way = std::move(Way);
  Sink.add(std::move(R));
}

void DeclarationReader::blocksAllTheSame(FunctionIndex F) {
  const Walk W = below(F, Confidence::Medium);
  for (size_t At = 0; At < W.size(); ++At)
    for (const EffectSite &Site : S.Found.sites()) {
      // Computing is not waiting.
      if (Site.In != W[At].Function || Site.What.Kind == Category::Cpu ||
          Site.What.Severity < Lowest || Site.Sure < Confidence::Medium ||
          !isHere(Site.In, Site.Call))
        continue;
      const CallEdge &Call = S.P.summary().Calls[Site.SinkCall];
      report(
          F, Site.What,
          fmt::format("'{}' is declared not to block, and blocks in {}{}",
                      Sink.functionName(F), Sink.displayName(Call.Callee),
                      Site.Rule->Why.empty() ? "" : ": it " + Site.Rule->Why),
          "take the annotation away, or what blocks; NOLINT where it never "
          "happens",
          traceTo(F, W, At, Site));
      return;
    }
}

/// An offloading function that runs what it is given by itself.
void DeclarationReader::callsItsParameter(FunctionIndex F) {
  const FunctionSummary &Fn = S.P.function(F);
  for (uint32_t I = 0; I < Fn.NumCalls; ++I) {
    const CallEdge &Call = S.P.summary().Calls[Fn.FirstCall + I];
    bool Runs = Call.Kind == CallKind::Indirect ||
                (Call.Callee != NoIndex &&
                 (S.P.entity(Call.Callee).Flags & EF_CallOperator));
    if (!Runs || !isHere(F, Fn.FirstCall + I) ||
        llvm::none_of(S.Values.argument(F, Call, 0), [](const Origin &O) {
          return O.Kind == OriginKind::Param && O.Data > 0;
        }))
      continue;
    report(F, {Category::Wait, Tier::Likely},
           fmt::format("'{}' is declared to run its callable on a worker, and "
                       "runs it itself",
                       Sink.functionName(F)),
           "take the annotation away, or hand the callable on",
           {{Sink.place(F, Call.Loc), "runs it here"}});
    return;
  }
}

void DeclarationReader::runsElsewhere(FunctionIndex F) {
  for (const Entry &E : S.Graph.entries()) {
    if (E.Function != F || E.Sure != Confidence::High || E.Call == NoIndex ||
        E.By == NoIndex ||
        (E.Where != RunsIn::Worker && E.Where != RunsIn::Child))
      continue;
    report(F, {Category::Wait, Tier::Likely},
           fmt::format("'{}' is declared to run on the event loop, and is "
                       "started on another thread",
                       Sink.functionName(F)),
           "take the annotation away, or post it to the loop",
           {{Sink.place(E.By, S.P.summary().Calls[E.Call].Loc),
             "is started here"}});
    return;
  }
}

void DeclarationReader::contradictions(FunctionIndex F) {
  const uint32_t Declared = declared(F);
  if ((Declared & Both) == Both)
    report(F, {Category::Wait, Tier::Likely},
           fmt::format("'{}' is declared to block and not to block",
                       Sink.functionName(F)),
           "take one of the annotations away");
  else if (Declared & EF_DeclaredNonblocking)
    blocksAllTheSame(F);
  if (Declared & EF_DeclaredOffload)
    callsItsParameter(F);
  if (Declared & EF_DeclaredLoop)
    runsElsewhere(F);
}

/// Whether nothing below \p F could be reported, with or without annotation.
bool DeclarationReader::doesNothing(FunctionIndex F) const {
  llvm::DenseSet<FunctionIndex> Below;
  for (const Visited &V : below(F, Confidence::Low))
    Below.insert(V.Function);
  if (llvm::any_of(Below, [&](FunctionIndex G) {
        return !S.P.loops(G).empty() || S.P.isCoroutine(G) ||
               (S.P.function(G).Flags & FF_HasErrors);
      }))
    return false;
  auto IsBelow = [&](FunctionIndex G) { return Below.contains(G); };
  return llvm::none_of(S.Found.sites(),
                       [&](const EffectSite &E) {
                         return IsBelow(E.In) || IsBelow(E.SinkIn);
                       }) &&
         llvm::none_of(S.Found.stats().UndecidedCalls,
                       [&](const auto &C) { return IsBelow(C.first); }) &&
         llvm::none_of(S.Graph.stats().LostCalls,
                       [&](const LostCall &L) { return IsBelow(L.In); });
}

/// Whether \p F runs on a loop for another reason than its annotation.
bool DeclarationReader::isOnLoopAnyway(FunctionIndex F) const {
  for (const Entry &E : S.Graph.entries())
    if (E.Function == F && E.Where == RunsIn::Loop &&
        E.Sure == Confidence::High)
      return true;
  return llvm::any_of(S.Graph.callers(F), [&](uint32_t Index) {
    const Edge &E = S.Graph.edges()[Index];
    const uint32_t Local = E.Call - S.P.function(E.Caller).FirstCall;
    if (E.Sure != Confidence::High || !S.Where.isOnLoop(E.Caller) ||
        !S.Where.isCallOnLoop(E.Caller, Local))
      return false;
    const Witness &Way = S.Where.witness(E.Caller, Local);
    return Way.Sure == Confidence::High &&
           S.Where.roots()[Way.Root].Function != F &&
           S.Where.roots()[Way.Root].Kind != RootKind::HoldsGIL;
  });
}

void DeclarationReader::unused(FunctionIndex F) {
  // What an override says by its base is not written at it; and a virtual
  // function's annotation is for those to come as well.
  const Entity &E = S.P.entityOf(F);
  if (E.Flags & EF_Virtual)
    return;
  auto Say = [&](const char *What, const char *Why) {
    report(F, {Category::Wait, Tier::Rarely},
           fmt::format("'{}' is declared {}, which changes nothing: {}",
                       Sink.functionName(F), What, Why),
           "take the annotation away");
  };
  if ((E.Flags & EF_DeclaredNonblocking) && doesNothing(F))
    Say("not to block", "nothing that it calls may");
  if ((E.Flags & EF_DeclaredLoop) && isOnLoopAnyway(F))
    Say("to run on the event loop", "the program shows it");
  if ((E.Flags & EF_DeclaredOffload) && S.P.function(F).NumParams <= 1)
    Say("to run its callable on a worker", "it has no parameters");
}

/// Whether to look at the body: each is looked at once, as the project wrote
/// it.
bool isOwn(const Solution &S, FunctionIndex F) {
  return !(S.P.function(F).Flags & (FF_External | FF_Synthesized | FF_Pattern));
}

//===----------------------------------------------------------------------===//
// Comments and knowledge that nothing uses
//===----------------------------------------------------------------------===//

void addRemark(FindingSink &Sink, std::string File, uint32_t Line,
               std::string Subject, std::string Message,
               const char *Suggestion) {
  Remark R;
  R.At = {"", std::move(File), Line, 1};
  R.Subject = std::move(Subject);
  R.What = {Category::Wait, Tier::Rarely};
  R.Message = std::move(Message);
  R.Suggestion = Suggestion;
  Sink.add(std::move(R));
}

/// "'a'", "'a' and 'b'", "'a', 'b' and 'c'"
std::string quotedList(llvm::ArrayRef<std::string> Names) {
  std::string Text;
  for (size_t I = 0; I < Names.size(); ++I) {
    if (I)
      Text += I + 1 == Names.size() ? " and " : ", ";
    Text += "'" + Names[I] + "'";
  }
  return Text;
}

void unusedComments(const Review &R, FindingSink &Sink) {
  for (const Suppressions::Comment &C : R.Comments.comments()) {
    std::vector<std::string> Idle, Misspelt;
    for (const Suppressions::Comment::Name &N : C.Names) {
      // A comment for all tools is none of our business; one for this check
      // hides what we would say of it.
      if (N.Used || !llvm::StringRef(N.Glob).starts_with("nostall-") ||
          namesCheck(N.Glob, Descriptor.Name))
        continue;
      bool Any = false, AllRan = true;
      for (const Review::State &Of : R.Checks)
        if (namesCheck(N.Glob, Of.Check)) {
          Any = true;
          AllRan &= Of.Ran;
        }
      if (!Any)
        Misspelt.push_back(N.Glob);
      else if (AllRan)
        Idle.push_back(N.Glob);
    }
    if (!Misspelt.empty())
      addRemark(Sink, C.File, C.First, "NOLINT " + Misspelt.front(),
                "NOLINT names " + quotedList(Misspelt) + ", which no check is",
                "'nostall checks' lists the names");
    else if (!Idle.empty())
      addRemark(Sink, C.File, C.First, "NOLINT " + Idle.front(),
                "NOLINT suppresses nothing of " + quotedList(Idle) +
                    (C.First == C.Last ? " here" : " from here to its end"),
                "take it away");
  }
}

void unusedKnowledge(const Solution &S, const Review &R, FindingSink &Sink) {
  llvm::StringMap<llvm::SmallVector<llvm::StringRef, 1>> Named;
  for (const Entity &E : S.P.summary().Entities)
    Named[S.P.string(E.QualifiedName)].push_back(S.P.string(E.Signature));
  auto Applies = [&](const FunctionKnowledge &K) {
    auto Fits = [&](llvm::ArrayRef<llvm::StringRef> Signatures) {
      return !K.Signature ||
             llvm::is_contained(Signatures, llvm::StringRef(*K.Signature));
    };
    if (!llvm::StringRef(K.Name).contains('*')) {
      auto It = Named.find(K.Name);
      return It != Named.end() && Fits(It->second);
    }
    return llvm::any_of(Named, [&](const auto &Known) {
      return matchesPattern(K.Name, Known.getKey()) && Fits(Known.getValue());
    });
  };
  // An entry may have many names.
  std::map<std::pair<std::string, unsigned>, std::vector<std::string>> Idle;
  for (const auto &Library : S.P.knowledge().libraries())
    if (Library->Origin == KnowledgeOrigin::User)
      for (const FunctionKnowledge &K : Library->Functions)
        // What annotations stand for is used by these.
        if (!K.Optional && !llvm::StringRef(K.Name).starts_with("nostall::") &&
            !Applies(K))
          Idle[{Library->File, K.Line}].push_back(K.Name);
  for (const auto &[At, Names] : Idle)
    addRemark(Sink, R.DisplayPath(At.first), At.second, Names.front(),
              "the program neither defines nor calls " + quotedList(Names),
              "take it away, or say 'optional: true'");
}

} // namespace

void AnnotationsCheck::run(const Solution &S, FindingSink &Sink) {
  DeclarationReader Reader(S, Sink, Lowest);
  for (FunctionIndex F = 0; F < S.P.numFunctions(); ++F)
    if (isOwn(S, F) && S.P.declared(S.P.function(F).Entity))
      Reader.contradictions(F);
}

void AnnotationsCheck::review(const Solution &S, const Review &R,
                              FindingSink &Sink) {
  if (!Unused || !R.IsWhole)
    return;
  DeclarationReader Reader(S, Sink, Lowest);
  for (FunctionIndex F = 0; F < S.P.numFunctions(); ++F)
    if (isOwn(S, F) && (S.P.entityOf(F).Flags & EF_Declared))
      Reader.unused(F);
  unusedComments(R, Sink);
  unusedKnowledge(S, R, Sink);
}

} // namespace nostall

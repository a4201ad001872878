//===- Json.cpp - findings as JSON ------------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "output/Render.h"

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Support/JSON.h"

namespace nostall {
namespace {

llvm::json::Value text(std::string_view Text) {
  return llvm::json::fixUTF8(llvm::StringRef(Text.data(), Text.size()));
}

/// The members of a place, into the object that is open.
void place(llvm::json::OStream &J, const Place &P) {
  J.attribute("function", text(P.Function));
  J.attribute("file", text(P.File));
  J.attribute("line", P.Line);
  J.attribute("column", P.Column);
}

void placeList(llvm::json::OStream &J, llvm::StringRef Key,
               const std::vector<Place> &Places) {
  J.attributeArray(Key, [&] {
    for (const Place &P : Places)
      J.object([&] { place(J, P); });
  });
}

void measured(llvm::json::OStream &J, const Measured &M) {
  J.attributeObject("measured", [&] {
    J.attribute("state", text(name(M.State)));
    J.attribute("count", M.Count);
    J.attribute("total_ns", M.TotalNs);
    J.attribute("max_ns", M.MaxNs);
    J.attribute("p99_ns", M.P99Ns);
    J.attribute("victims", M.Victims);
    J.attribute("calls", M.Calls);
    J.attribute("calls_total_ns", M.CallsTotalNs);
    J.attribute("calls_max_ns", M.CallsMaxNs);
    J.attributeArray("signatures", [&] {
      for (const std::string &Id : M.Signatures)
        J.value(text(Id));
    });
  });
}

void fix(llvm::json::OStream &J, const Fix &F) {
  J.attributeObject("fix", [&] {
    J.attributeArray("edits", [&] {
      for (const TextEdit &Edit : F.Edits)
        J.object([&] {
          J.attribute("file", text(Edit.File));
          J.attribute("line", Edit.Line);
          J.attribute("column", Edit.Column);
          J.attribute("offset", Edit.Offset);
          J.attribute("before", text(Edit.Before));
          J.attribute("after", text(Edit.After));
        });
    });
  });
}

void textList(llvm::json::OStream &J, llvm::StringRef Key,
              const std::vector<std::string> &Texts) {
  J.attributeArray(Key, [&] {
    for (const std::string &Text : Texts)
      J.value(text(Text));
  });
}

void analysis(llvm::json::OStream &J, const AnalysisScope &Scope) {
  J.attributeObject("analysis", [&] {
    textList(J, "files", Scope.Files);
    textList(J, "functions_on_loop", Scope.Functions);
    J.attributeArray("blind", [&] {
      for (const BlindSpot &B : Scope.Blind)
        J.object([&] {
          J.attribute("kind", text(name(B.Kind)));
          J.attribute("function", text(B.Function));
          J.attribute("file", text(B.File));
          J.attribute("line", B.Line);
          J.attribute("callee", text(B.Callee));
        });
    });
  });
}

/// How it compares to the base, into the object that is open.
void comparison(llvm::json::OStream &J, const ComparedFinding &C) {
  J.attribute("state", text(name(C.State)));
  if (C.State == FindingState::Updated)
    J.attribute("tier_before", text(name(C.TierBefore)));
  if (!C.RootsGained.empty())
    textList(J, "roots_gained", C.RootsGained);
  if (!C.RootsLost.empty())
    textList(J, "roots_lost", C.RootsLost);
}

void calls(llvm::json::OStream &J, llvm::StringRef Key,
           const std::vector<FurtherCall> &Calls) {
  if (Calls.empty())
    return;
  J.attributeArray(Key, [&] {
    for (const FurtherCall &C : Calls)
      J.object([&] {
        J.attribute("calls", text(C.Function));
        place(J, C.At);
        J.attribute("fingerprint", text(C.Fingerprint));
      });
  });
}

/// \p Compared: of a gate's report.
void finding(llvm::json::OStream &J, const Finding &F,
             const ComparedFinding *Compared = nullptr, bool HasBase = false) {
  J.object([&] {
    J.attribute("check", text(F.Check));
    J.attribute("severity", text(name(F.Level)));
    J.attribute("message", text(F.Message));
    J.attribute("file", text(F.Where.File));
    J.attribute("line", F.Where.Line);
    J.attribute("column", F.Where.Column);
    J.attribute("function", text(F.Where.Function));
    J.attributeObject("context", [&] {
      J.attribute("kind", text(name(F.ContextKind)));
      place(J, F.Context);
    });
    J.attributeObject("effect", [&] {
      J.attribute("category", text(name(F.Kind)));
      J.attribute("tier", text(name(F.How)));
    });
    J.attribute("confidence", text(name(F.Sure)));
    J.attribute("cost", F.Cost);
    J.attributeObject("sink", [&] {
      J.attribute("function", text(F.SinkFunction));
      J.attribute("in", text(F.Sink.Function));
      J.attribute("file", text(F.Sink.File));
      J.attribute("line", F.Sink.Line);
      J.attribute("column", F.Sink.Column);
    });
    J.attributeArray("trace", [&] {
      for (const TraceStep &Step : F.Way)
        J.object([&] {
          place(J, Step.Where);
          J.attribute("note", text(Step.Note));
        });
    });
    placeList(J, "roots", F.Roots);
    placeList(J, "also", F.Also);
    J.attribute("suggestion", text(F.Suggestion));
    J.attribute("reference", text(F.Reference));
    J.attribute("fingerprint", text(F.Fingerprint));
    if (F.Mend)
      fix(J, *F.Mend);
    if (F.InRun)
      measured(J, *F.InRun);
    if (!Compared)
      return;
    if (HasBase)
      comparison(J, *Compared);
    calls(J, "calls_gained", Compared->CallsGained);
    calls(J, "calls_lost", Compared->CallsLost);
  });
}

/// Findings that \p Keep lets through.
void findings(llvm::json::OStream &J, llvm::StringRef Key,
              const GateReport &Report,
              llvm::function_ref<bool(const ComparedFinding &)> Keep) {
  J.attributeArray(Key, [&] {
    for (const ComparedFinding &C : Report.Findings)
      if (Keep(C))
        finding(J, C.F, &C, Report.HasBase);
  });
}

void accepted(llvm::json::OStream &J, const GateReport &Report) {
  J.attributeObject("baseline", [&] {
    J.attribute("accepted", Report.Accepted);
    J.attributeArray("stale", [&] {
      for (const AcceptedFinding &A : Report.Stale)
        J.object([&] {
          J.attribute("fingerprint", text(A.Fingerprint));
          J.attribute("check", text(A.Check));
          J.attribute("function", text(A.Function));
          J.attribute("sink", text(A.Sink));
          J.attribute("message", text(A.Message));
        });
    });
  });
}

} // namespace

void findingsAttribute(llvm::json::OStream &J,
                       llvm::ArrayRef<Finding> Findings) {
  J.attributeArray("findings", [&] {
    for (const Finding &F : Findings)
      finding(J, F);
  });
}

void renderJson(const RenderInput &Input, llvm::raw_ostream &OS) {
  const GateReport &Report = Input.Report;
  const AnalysisStats &Stats = Input.Stats;
  llvm::json::OStream J(OS, /*IndentSize=*/2);
  J.object([&] {
    J.attribute("version", 1);
    J.attribute("tool", "nostall " NOSTALL_VERSION);
    findings(J, "findings", Report, isReported);
    if (Report.HasBase) {
      auto In = [](FindingState S) {
        return [S](const ComparedFinding &C) { return C.State == S; };
      };
      J.attribute("base", text(Report.Base));
      findings(J, "unchanged", Report, In(FindingState::Unchanged));
      findings(J, "fixed", Report, In(FindingState::Absent));
    }
    if (Report.HasBaseline)
      accepted(J, Report);
    J.attributeObject("stats", [&] {
      J.attribute("tus", Stats.Units);
      J.attribute("failed_tus", Stats.FailedUnits);
      J.attribute("partial_tus", Stats.PartialUnits);
      J.attribute("functions", Stats.Functions);
      J.attribute("coroutines", Stats.Coroutines);
      J.attribute("calls", Stats.Calls);
      J.attribute("unresolved_calls", Stats.UnresolvedCalls);
      J.attribute("lost_callables", Stats.LostCallables);
      J.attribute("unknown_functions", Stats.UnknownFunctions);
      J.attribute("undecided_calls", Stats.UndecidedCalls);
      J.attribute("roots", Stats.Roots);
      J.attribute("event_loops", Stats.EventLoops);
      J.attribute("functions_on_loop", Stats.FunctionsOnLoop);
      J.attribute("suppressed", Stats.Suppressed);
    });
    analysis(J, Input.Scope);
  });
  OS << '\n';
}

} // namespace nostall

//===- EstimateDump.cpp - estimated costs as JSON ---------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/solve/EstimateDump.h"

#include "engine/solve/LoopWork.h"

#include "llvm/Support/JSON.h"

namespace nostall {

static CountedRounds byLocation(const Program &P,
                                const std::map<std::string, double> &Rounds) {
  CountedRounds Found;
  for (FunctionIndex F = 0; F != P.numFunctions(); ++F)
    for (const Loop &L : P.loops(F)) {
      std::string Place = (P.file(L.Loc.File) + ":" + llvm::Twine(L.Loc.Line) +
                           ":" + llvm::Twine(L.Loc.Column))
                              .str();
      if (auto Known = Rounds.find(Place); Known != Rounds.end())
        Found[{L.Loc.File, L.Loc.Line, L.Loc.Column}] = Known->second;
    }
  return Found;
}

void writeEstimates(const LUSummary &Summary, const KnowledgeBase &Knowledge,
                    const std::map<std::string, double> &Rounds,
                    llvm::raw_ostream &OS) {
  constexpr double PerNanosecond = 1'000;
  Program P(Summary, Knowledge);
  ValueFlow Values(P);
  CallGraph Graph(Values);
  LoopWork Work(Values, Graph, byLocation(P, Rounds));
  llvm::json::OStream J(OS, 2);
  J.array([&] {
    for (FunctionIndex F = 0; F != P.numFunctions(); ++F) {
      if (P.function(F).Flags & FF_External)
        continue;
      for (uint16_t L = 1; L <= P.loops(F).size(); ++L) {
        const Loop &Here = P.loops(F)[L - 1];
        J.object([&] {
          J.attribute("function", P.nameOf(P.function(F)));
          J.attribute("file", P.file(Here.Loc.File));
          J.attribute("line", Here.Loc.Line);
          J.attribute("column", Here.Loc.Column);
          J.attribute("loop", L);
          if (Here.Parent)
            J.attribute("parent", Here.Parent);
          J.attribute("chance", chanceOf(Here.Chance));
          if (Here.Flags & LF_ConstantTrips)
            J.attribute("trips", static_cast<int64_t>(Here.Trips));
          auto Cost = [&](const Estimate &E) {
            double Sum = static_cast<double>(E.Expected.Cost);
            for (const WorkPerParam &One : E.PerParam)
              Sum += One.Cost * AssumedRounds;
            return Sum / PerNanosecond;
          };
          J.attribute("own_ns", Cost(Work.ownRound(F, L)));
          J.attribute("round_ns", Cost(Work.round(F, L)));
          J.attribute("total_ns", Cost(Work.of(F, L)));
        });
      }
    }
  });
  OS << '\n';
}

} // namespace nostall

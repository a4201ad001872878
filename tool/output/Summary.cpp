//===- Summary.cpp - findings as a page of Markdown -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "output/Order.h"
#include "output/Render.h"

#include <fmt/format.h>

namespace nostall {
namespace {

/// GitHub takes one MiB for a step.
constexpr size_t MaxRows = 300;

/// Text in a cell of a table: no markup of its own.
std::string cell(llvm::StringRef Text) {
  std::string Out;
  for (char C : Text) {
    if (llvm::StringRef("|\\`*_[]<>#~$").contains(C))
      Out += '\\';
    Out += C == '\n' || C == '\r' ? ' ' : C;
  }
  return Out;
}

std::string counted(size_t N, llvm::StringRef What) {
  return fmt::format("{} {}{}", N, What.str(), N == 1 ? "" : "s");
}

void table(const RenderInput &Input,
           llvm::ArrayRef<const ComparedFinding *> Rows,
           llvm::raw_ostream &OS) {
  if (Rows.empty())
    return;
  // A column of its own where there is something to say.
  bool HasMeasured = llvm::any_of(
      Rows, [](const ComparedFinding *C) { return C->F.InRun.has_value(); });
  OS << "| | where | what | check |" << (HasMeasured ? " measured |" : "")
     << "\n|---|---|---|---|" << (HasMeasured ? "---|" : "") << '\n';
  for (const ComparedFinding *C : Rows.take_front(MaxRows)) {
    std::string What = cell(C->F.Message);
    for (const std::string &Change : changeTexts(*C, Input.RepositoryPath))
      What += ". " + cell(sentence(Change));
    OS << fmt::format("| {} | {}:{} in {} | {} | {} |", name(C->F.How),
                      cell(Input.RepositoryPath(C->F.Where.File)),
                      C->F.Where.Line, cell(C->F.Where.Function), What,
                      cell(C->F.Check));
    if (HasMeasured)
      OS << ' ' << cell(C->F.InRun ? measuredText(*C->F.InRun) : "") << " |";
    OS << '\n';
  }
  if (Rows.size() > MaxRows)
    OS << fmt::format("\n... and {} more.\n", Rows.size() - MaxRows);
  OS << '\n';
}

std::string headline(const GateReport &Report, size_t Reported, size_t Fixed,
                     size_t Unchanged) {
  if (!Report.HasBase)
    return Reported ? counted(Reported, "finding") : "nothing found";
  std::string Text =
      fmt::format("{} introduced, {} fixed since {}",
                  counted(Reported, "finding"), Fixed, cell(Report.Base));
  if (Unchanged)
    Text += fmt::format(" ({} unchanged)", Unchanged);
  return Text;
}

} // namespace

void renderSummary(const RenderInput &Input, llvm::raw_ostream &OS) {
  const GateReport &Report = Input.Report;
  auto In = [&](FindingState S) {
    return worstFirst(Report,
                      [S](const ComparedFinding &C) { return C.State == S; });
  };
  std::vector<const ComparedFinding *> Reported =
      worstFirst(Report, isReported);
  std::vector<const ComparedFinding *> Fixed = In(FindingState::Absent);
  OS << "### nostall: "
     << headline(Report, Reported.size(), Fixed.size(),
                 In(FindingState::Unchanged).size())
     << "\n\n";
  if (!Input.Complete)
    OS << "**The analysis is incomplete**: some files could not be analysed, "
          "or only in part.\n\n";
  table(Input, Reported, OS);
  if (!Fixed.empty()) {
    OS << "#### Fixed\n\n";
    table(Input, Fixed, OS);
  }
  for (const ComparedFinding &C : Report.Findings)
    for (const FurtherCall &Call : C.CallsLost)
      OS << cell(fmt::format("Fixed in part: '{}' in '{}' ({})", Call.Function,
                             Call.At.Function,
                             Input.RepositoryPath(Call.At.File)))
         << "\n\n";
  if (Report.Accepted)
    OS << counted(Report.Accepted, "finding") << " accepted by the baseline.\n";
  if (!Report.Stale.empty())
    OS << (Report.Stale.size() == 1
               ? "1 entry"
               : fmt::format("{} entries", Report.Stale.size()))
       << " of the baseline no longer found.\n";
}

} // namespace nostall

//===- Junit.cpp - findings as JUnit's XML ----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "output/Render.h"

#include "llvm/Support/JSON.h"

#include <fmt/format.h>

#include <algorithm>

namespace nostall {
namespace {

/// For text and attributes. XML 1.0 has no way to write most control
/// characters.
std::string xml(llvm::StringRef Text) {
  std::string Out;
  for (char C : llvm::json::fixUTF8(Text)) {
    switch (C) {
    case '&':
      Out += "&amp;";
      break;
    case '<':
      Out += "&lt;";
      break;
    case '>':
      Out += "&gt;";
      break;
    case '"':
      Out += "&quot;";
      break;
    case '\n':
      Out += "&#10;";
      break;
    case '\t':
      Out += "&#9;";
      break;
    default:
      if (static_cast<unsigned char>(C) >= 0x20)
        Out += C;
      else
        Out += '?';
    }
  }
  return Out;
}

std::string detailsOf(const RenderInput &Input, const ComparedFinding &C) {
  std::string Text =
      fmt::format("{}:{}:{}: {}\n", Input.RepositoryPath(C.F.Where.File),
                  C.F.Where.Line, C.F.Where.Column, C.F.Message);
  for (const TraceStep &Step : C.F.Way)
    Text += fmt::format("{}:{}:{}: {}\n", Input.RepositoryPath(Step.Where.File),
                        Step.Where.Line, Step.Where.Column, Step.Note);
  if (C.F.InRun)
    Text += measuredText(*C.F.InRun) + "\n";
  for (const std::string &Change : changeTexts(C, Input.RepositoryPath))
    Text += Change + "\n";
  if (!C.F.Suggestion.empty())
    Text += fmt::format("instead: {}\n", C.F.Suggestion);
  return Text;
}

/// Named by what does not change with lines, so that a server's history of a
/// test case is one finding's.
void testCase(const RenderInput &Input, const ComparedFinding &C,
              llvm::raw_ostream &OS) {
  std::string Name = fmt::format("{} in {} ({})", C.F.SinkFunction,
                                 C.F.Sink.Function, C.F.Fingerprint);
  OS << fmt::format(
      "    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\">\n",
      xml(C.F.Check), xml(Name), xml(Input.RepositoryPath(C.F.Where.File)),
      C.F.Where.Line);
  std::string Details = xml(detailsOf(Input, C));
  if (C.Counts)
    OS << fmt::format(
        "      <failure message=\"{}\" type=\"{}\">{}</failure>\n",
        xml(C.F.Message), xml(C.F.Check), Details);
  else
    OS << fmt::format("      <system-out>{}</system-out>\n", Details);
  OS << "    </testcase>\n";
}

} // namespace

void renderJunit(const RenderInput &Input, llvm::raw_ostream &OS) {
  size_t Reported = 0, Failed = 0;
  for (const ComparedFinding &C : Input.Report.Findings) {
    Reported += isReported(C);
    Failed += isReported(C) && C.Counts;
  }
  // Servers take a report without a test case for one that is broken; and an
  // analysis that could not be done is an error, never a success.
  bool Extra = Reported == 0 || !Input.Complete;
  std::string Counts =
      fmt::format("tests=\"{}\" failures=\"{}\" errors=\"{}\"",
                  Reported + Extra, Failed, Input.Complete ? 0 : 1);
  OS << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
     << "<testsuites name=\"nostall\" " << Counts << ">\n"
     << "  <testsuite name=\"nostall\" " << Counts << ">\n";
  for (const ComparedFinding &C : Input.Report.Findings)
    if (isReported(C))
      testCase(Input, C, OS);
  if (!Input.Complete)
    OS << "    <testcase classname=\"nostall\" name=\"analysis\">\n"
          "      <error message=\"the analysis is incomplete\" "
          "type=\"incomplete\"/>\n    </testcase>\n";
  else if (Extra)
    OS << "    <testcase classname=\"nostall\" name=\"no findings\"/>\n";
  OS << "  </testsuite>\n</testsuites>\n";
}

} // namespace nostall

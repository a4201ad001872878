//===- Github.cpp - annotations of GitHub Actions ---------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// GitHub shows the first ten warnings and the first ten errors of a step as
// annotations and drops the rest without a word, so the worst come first, and
// a notice says how many there are besides.
//
//===----------------------------------------------------------------------===//

#include "output/Order.h"
#include "output/Render.h"

#include <fmt/format.h>

#include <array>

namespace nostall {
namespace {

constexpr size_t ShownOfAKind = 10;

/// What a workflow command's text may not have.
std::string escaped(llvm::StringRef Text) {
  std::string Out;
  for (char C : Text) {
    if (C == '%')
      Out += "%25";
    else if (C == '\r')
      Out += "%0D";
    else if (C == '\n')
      Out += "%0A";
    else
      Out += C;
  }
  return Out;
}

/// In a property, what ends properties may not stand either.
std::string escapedProperty(llvm::StringRef Text) {
  std::string Out;
  for (char C : escaped(Text)) {
    if (C == ':')
      Out += "%3A";
    else if (C == ',')
      Out += "%2C";
    else
      Out += C;
  }
  return Out;
}

const char *command(Severity S) {
  switch (S) {
  case Severity::Note:
    return "notice";
  case Severity::Warning:
    return "warning";
  case Severity::Error:
    return "error";
  }
  return "";
}

std::string textOf(const RenderInput &Input, const ComparedFinding &C) {
  std::string Text = C.F.Message;
  for (const TraceStep &Step : C.F.Way)
    Text += fmt::format("\n  {}:{}: {}", Input.RepositoryPath(Step.Where.File),
                        Step.Where.Line, Step.Note);
  if (C.F.InRun)
    Text += "\n" + measuredText(*C.F.InRun);
  for (const std::string &Change : changeTexts(C, Input.RepositoryPath))
    Text += "\n" + sentence(Change);
  if (!C.F.Suggestion.empty())
    Text += "\nInstead: " + C.F.Suggestion;
  return Text;
}

} // namespace

void renderGithub(const RenderInput &Input, llvm::raw_ostream &OS) {
  std::array<size_t, 3> Written = {};
  size_t Left = 0;
  for (const ComparedFinding *C : worstFirst(Input.Report, isReported)) {
    if (++Written[static_cast<size_t>(C->F.Level)] > ShownOfAKind) {
      ++Left;
      continue;
    }
    const Place &At = C->F.Where;
    OS << fmt::format("::{} file={},line={},endLine={},col={},title={}::{}\n",
                      command(C->F.Level),
                      escapedProperty(Input.RepositoryPath(At.File)), At.Line,
                      At.Line, At.Column, escapedProperty(C->F.Check),
                      escaped(textOf(Input, *C)));
  }
  if (Left)
    OS << fmt::format("::notice title=nostall::{} more finding{} not shown as "
                      "annotations; the log has all\n",
                      Left, Left == 1 ? " is" : "s are");
}

} // namespace nostall

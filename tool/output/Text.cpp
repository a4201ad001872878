//===- Text.cpp - findings in Clang's style ---------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "output/Render.h"

#include "model/Amounts.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MemoryBuffer.h"

#include <fmt/format.h>

#include <optional>

namespace nostall {
namespace {

/// Files that were read to quote from.
class SourceCache {
public:
  std::optional<llvm::StringRef> line(llvm::StringRef File, uint32_t Number) {
    auto [It, New] = Files.try_emplace(File);
    if (New)
      if (auto Buffer = llvm::MemoryBuffer::getFile(File))
        It->second = std::move(*Buffer);
    if (!It->second || Number == 0)
      return std::nullopt;
    llvm::StringRef Rest = It->second->getBuffer();
    for (uint32_t I = 1; I < Number; ++I) {
      size_t End = Rest.find('\n');
      if (End == llvm::StringRef::npos)
        return std::nullopt;
      Rest = Rest.drop_front(End + 1);
    }
    return Rest.take_front(Rest.find('\n')).rtrim('\r');
  }

private:
  llvm::StringMap<std::unique_ptr<llvm::MemoryBuffer>> Files;
};

class TextRenderer {
public:
  TextRenderer(const TextOptions &Options, llvm::raw_ostream &OS)
      : Options(Options), OS(OS) {}
  void render(const Finding &F);
  void note(const Finding &F, llvm::StringRef Text);

private:
  using Color = llvm::raw_ostream::Colors;
  void place(const Place &P);
  void label(llvm::StringRef Text, Color C);
  void quote(const Place &P);
  void note(const Place &P, llvm::StringRef Text);

  const TextOptions &Options;
  llvm::raw_ostream &OS;
  SourceCache Sources;
};

void TextRenderer::place(const Place &P) {
  if (Options.Color)
    OS.changeColor(llvm::raw_ostream::SAVEDCOLOR, /*Bold=*/true);
  OS << P.File << ':' << P.Line << ':' << P.Column << ": ";
  if (Options.Color)
    OS.resetColor();
}

void TextRenderer::label(llvm::StringRef Text, Color C) {
  if (Options.Color)
    OS.changeColor(C, /*Bold=*/true);
  OS << Text << ": ";
  if (Options.Color)
    OS.resetColor();
}

void TextRenderer::quote(const Place &P) {
  std::optional<llvm::StringRef> Line = Sources.line(P.File, P.Line);
  if (!Line)
    return;
  OS << fmt::format("{:5} | ", P.Line) << *Line << "\n      | ";
  // Tabs stay tabs, so that the caret stands under its character.
  for (uint32_t I = 1; I < P.Column && I <= Line->size(); ++I)
    OS << ((*Line)[I - 1] == '\t' ? '\t' : ' ');
  if (Options.Color)
    OS.changeColor(Color::GREEN, /*Bold=*/true);
  OS << '^';
  if (Options.Color)
    OS.resetColor();
  OS << '\n';
}

void TextRenderer::note(const Place &P, llvm::StringRef Text) {
  place(P);
  label("note", Color::CYAN);
  OS << Text << '\n';
  quote(P);
}

void TextRenderer::render(const Finding &F) {
  place(F.Where);
  label(name(F.Level), F.Level == Severity::Error ? Color::RED : Color::MAGENTA);
  if (Options.Color)
    OS.changeColor(llvm::raw_ostream::SAVEDCOLOR, /*Bold=*/true);
  OS << F.Message;
  if (Options.Color)
    OS.resetColor();
  OS << " [" << F.Check << "]\n";
  if (!Options.Trace)
    return;
  quote(F.Where);
  if (F.InRun) {
    place(F.Where);
    label("note", Color::CYAN);
    OS << measuredText(*F.InRun) << '\n';
  }
  for (const TraceStep &Step : F.Way)
    note(Step.Where, Step.Note);
  constexpr size_t Shown = 5;
  auto List = [&](llvm::ArrayRef<Place> Places, llvm::StringRef What,
                  llvm::StringRef Then = "") {
    std::string Text;
    size_t N = 0;
    for (const Place &P : Places) {
      if (P.File == F.Where.File && P.Line == F.Where.Line)
        continue;
      if (N++ < Shown)
        Text += fmt::format("{}{}:{}", Text.empty() ? "" : ", ", P.File, P.Line);
    }
    if (!N)
      return;
    if (N > Shown)
      Text += fmt::format(" and {} more", N - Shown);
    note(F, What.str() + Text + Then.str());
  };
  List(F.Roots, "also reached from ");
  std::string Others;
  for (const FurtherCall &C : F.Further)
    Others += fmt::format("{}'{}'", Others.empty() ? ": " : ", ", C.Function);
  List(F.Also, "the same at ", Others);
  if (!F.Suggestion.empty())
    note(F, "instead: " + F.Suggestion);
}

/// Without a quotation: the line was quoted above.
void TextRenderer::note(const Finding &F, llvm::StringRef Text) {
  place(F.Where);
  label("note", Color::CYAN);
  OS << Text << '\n';
}

} // namespace

std::string measuredText(const Measured &M) {
  switch (M.State) {
  case MeasuredState::Confirmed: {
    std::string Text = "confirmed: " + countText(M.Count, "stall") + ", " +
                       durationText(M.TotalNs) + " in all, longest " +
                       durationText(M.MaxNs);
    if (M.Victims)
      Text += "; " + countText(M.Victims, "event") + " waited meanwhile";
    return Text;
  }
  case MeasuredState::Ran:
    if (!M.Calls)
      return "measured: ran without a stall of its own";
    return "measured: ran " + countText(M.Calls, "time") +
           " without a stall of its own, longest " +
           durationText(M.CallsMaxNs);
  case MeasuredState::NotExecuted:
    return "measured: was not seen to run";
  case MeasuredState::Unknown:
    return "measured: the trace does not tell whether it ran";
  }
  return "";
}

std::vector<std::string>
changeTexts(const ComparedFinding &C,
            llvm::function_ref<std::string(llvm::StringRef)> Path) {
  std::vector<std::string> Texts;
  if (!C.RootsGained.empty())
    Texts.push_back(fmt::format("newly reached from '{}'",
                                fmt::join(C.RootsGained, "', '")));
  for (const FurtherCall &Call : C.CallsGained)
    Texts.push_back(fmt::format("newly also in '{}', in '{}' at {}:{}",
                                Call.Function, Call.At.Function,
                                Path(Call.At.File), Call.At.Line));
  if (C.State == FindingState::Updated && C.TierBefore != C.F.How)
    Texts.push_back(fmt::format("worse than before: '{}' was '{}'",
                                name(C.F.How), name(C.TierBefore)));
  return Texts;
}

std::string sentence(std::string Text) {
  if (!Text.empty())
    Text[0] = llvm::toUpper(Text[0]);
  return Text;
}

static std::string sameFile(llvm::StringRef File) { return File.str(); }

void renderText(llvm::ArrayRef<Finding> Findings, const TextOptions &Options,
                llvm::raw_ostream &OS) {
  TextRenderer Renderer(Options, OS);
  for (const Finding &F : Findings)
    Renderer.render(F);
}

void renderText(const GateReport &Report, const TextOptions &Options,
                llvm::raw_ostream &OS) {
  TextRenderer Renderer(Options, OS);
  for (const ComparedFinding &C : Report.Findings) {
    if (!isReported(C))
      continue;
    Renderer.render(C.F);
    if (!Options.Trace || C.State != FindingState::Updated)
      continue;
    for (const std::string &Text : changeTexts(C, sameFile))
      Renderer.note(C.F, Text);
  }
  // In the base's words: the code may be gone.
  for (const ComparedFinding &C : Report.Findings)
    if (C.State == FindingState::Absent)
      OS << fmt::format("fixed: {}: {} [{}]\n", C.F.Where.File, C.F.Message,
                        C.F.Check);
    else
      for (const FurtherCall &Call : C.CallsLost)
        OS << fmt::format("fixed in part: {}: '{}' in '{}' [{}]\n",
                          Call.At.File, Call.Function, Call.At.Function,
                          C.F.Check);
}

void renderStats(const AnalysisStats &S, llvm::raw_ostream &OS) {
  auto Row = [&](const char *What, uint64_t Number) {
    OS << fmt::format("{:>10}  {}\n", Number, What);
  };
  Row("translation units", S.Units);
  Row("of them with errors, analysed in part", S.PartialUnits);
  Row("units that could not be analysed", S.FailedUnits);
  Row("functions", S.Functions);
  Row("of them coroutines", S.Coroutines);
  Row("calls", S.Calls);
  Row("roots: coroutines, callbacks, loops", S.Roots);
  Row("hand-written event loops", S.EventLoops);
  Row("functions on an event loop", S.FunctionsOnLoop);
  Row("calls with no known target", S.UnresolvedCalls);
  Row("callables given to unknown functions", S.LostCallables);
  Row("calls of functions of which nothing is known", S.UnknownFunctions);
  Row("calls that block or not, depending on a value not known",
      S.UndecidedCalls);
  Row("findings suppressed in the source", S.Suppressed);
}

} // namespace nostall

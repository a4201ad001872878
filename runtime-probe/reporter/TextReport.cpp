//===- TextReport.cpp - a stall report for a terminal -----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "reporter/Formats.h"

#include "reporter/StackShape.h"
#include "reporter/TextTables.h"
#include "reporter/Words.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace nostall::report {
namespace {

constexpr size_t Width = 100;
constexpr size_t ShownFrames = 12;
constexpr size_t NameWidth = 52;

struct Totals {
  uint64_t Count = 0;
  uint64_t TotalNs = 0;
  uint64_t MaxNs = 0;
};

Totals sum(const std::vector<Signature> &Kinds) {
  Totals T;
  for (const Signature &S : Kinds) {
    T.Count += S.Count;
    T.TotalNs += S.TotalNs;
    T.MaxNs = std::max(T.MaxNs, S.MaxNs);
  }
  return T;
}

class TextRenderer {
public:
  TextRenderer(const StallReport &Report, const TextOptions &Options,
               llvm::raw_ostream &OS)
      : Report(Report), Options(Options), OS(OS) {}
  void render();

private:
  void bold(const std::string &Text);
  void verdict();
  void kinds(const std::vector<Signature> &Kinds);
  void kind(const Signature &S, size_t Number);
  void amounts(const Signature &S);
  void prediction(const Signature &S);
  void machine();
  void stack(const Stack &Frames, bool Truncated);
  void frame(const Frame &F);

  const StallReport &Report;
  const TextOptions &Options;
  llvm::raw_ostream &OS;
};

void TextRenderer::bold(const std::string &Text) {
  if (Options.Color)
    OS.changeColor(llvm::raw_ostream::SAVEDCOLOR, /*Bold=*/true);
  OS << Text;
  if (Options.Color)
    OS.resetColor();
}

/// "5 ms", or "5 ms to 20 ms" where traces differ.
std::string thresholds(const StallReport &Report) {
  auto [Least, Most] =
      std::minmax_element(Report.Traces.begin(), Report.Traces.end(),
                          [](const TraceInfo &A, const TraceInfo &B) {
                            return A.ThresholdNs < B.ThresholdNs;
                          });
  if (Least == Report.Traces.end())
    return "";
  std::string Text = durationText(Least->ThresholdNs);
  if (Most->ThresholdNs != Least->ThresholdNs)
    Text += " to " + durationText(Most->ThresholdNs);
  return Text;
}

/// What there was besides stalls of the program's own that ended.
std::string others(const StallReport &Report) {
  std::string Text;
  if (Totals T = sum(Report.Unfinished); T.Count)
    Text += fmt::format("; {} had not ended", countText(T.Count, "stall"));
  if (Totals T = sum(Report.Machine); T.Count)
    Text += fmt::format("; {} by the machine", countText(T.Count, "stall"));
  if (Report.Suppressed)
    Text += fmt::format("; {} suppressed", Report.Suppressed);
  return Text;
}

/// The first line says it all.
void TextRenderer::verdict() {
  std::string Others = others(Report);
  Totals T = sum(Report.Signatures);
  if (Report.Loops.empty() && T.Count == 0 && Others.empty()) {
    bold("no event loop seen\n");
    return;
  }
  uint64_t Duration = 0, Longest = 0;
  for (const TraceInfo &Its : Report.Traces)
    Duration += Its.DurationNs;
  for (const Loop &L : Report.Loops)
    Longest = std::max(Longest, L.MaxNs);
  // Loops are written at the end, which a trace may have lost.
  std::string Where = Report.Loops.empty()
                          ? "the part that was recorded,"
                          : countText(Report.Loops.size(), "event loop");
  Where += " watched for " + durationText(Duration);
  if (T.Count) {
    bold(fmt::format("{} of {}, {} in all, in {} (threshold {})\n",
                     countText(T.Count, "stall"),
                     countText(Report.Signatures.size(), "kind"),
                     durationText(T.TotalNs), Where, thresholds(Report)));
    return;
  }
  if (Others.empty())
    Others = "; the longest iteration took " + durationText(Longest);
  bold(fmt::format("no stalls of {} or longer in {}{}\n", thresholds(Report),
                   Where, Others));
}

/// The end of a long name or path says more than its scopes and folders; cut
/// at one of these where possible.
std::string cut(const std::string &Text, size_t Size,
                llvm::StringRef Separator = "::") {
  if (Text.size() <= Size)
    return Text;
  size_t From = Text.size() - Size + 3;
  if (size_t At = Text.find(Separator, From); At != std::string::npos)
    return "..." + Text.substr(At);
  // Not within a character.
  while (From < Text.size() && (Text[From] & 0xc0) == 0x80)
    ++From;
  return "..." + Text.substr(From);
}

void TextRenderer::frame(const Frame &F) {
  std::string Place;
  if (!F.File.empty())
    Place = F.Line ? fmt::format("{}:{}", F.File, F.Line) : F.File;
  else if (!F.Function.empty() && !F.Module.empty())
    Place = "in " + F.Module;
  std::string Name = cut(frameName(F), Width - 5);
  size_t Column = std::max(Name.size(), NameWidth);
  // Beside the name, or in a line of its own.
  if (Column + 7 + 24 > Width && !Place.empty()) {
    OS << "     " << Name << '\n'
       << std::string(7 + NameWidth, ' ')
       << cut(Place, Width - 7 - NameWidth, "/") << '\n';
    return;
  }
  std::string Line = fmt::format("     {:<{}}  {}", Name, Column,
                                 cut(Place, Width - 7 - Column, "/"));
  OS << llvm::StringRef(Line).rtrim() << '\n';
}

/// The frames that the library has between its entry and what it runs.
size_t innerLibraryFrames(llvm::ArrayRef<Frame> Frames) {
  size_t Count = 0;
  while (Count < Frames.size() && isStandardLibrary(Frames[Count]))
    ++Count;
  return Count ? Count - 1 : 0;
}

/// Those that follow the first one and are the same function.
size_t recursion(llvm::ArrayRef<Frame> Frames) {
  std::string Name = frameName(Frames.front());
  size_t Count = 0;
  while (Count + 1 < Frames.size() && frameName(Frames[Count + 1]) == Name)
    ++Count;
  return Count;
}

void TextRenderer::stack(const Stack &Frames, bool Truncated) {
  llvm::ArrayRef<Frame> Rest(Frames.data(), usefulFrames(Frames));
  // "1 more" would take the line that the frame itself takes.
  for (size_t Lines = 0;
       !Rest.empty() && (Lines < ShownFrames || Rest.size() == 1); ++Lines) {
    if (size_t Inner = innerLibraryFrames(Rest); Inner > 1) {
      OS << fmt::format("     ... {} frames of the standard library\n", Inner);
      Rest = Rest.drop_front(Inner);
      continue;
    }
    frame(Rest.front());
    size_t Again = recursion(Rest);
    Rest = Rest.drop_front();
    if (Again > 2) {
      OS << fmt::format("     ... {} times more\n", Again);
      Rest = Rest.drop_front(Again);
      ++Lines;
    }
  }
  if (!Rest.empty())
    OS << fmt::format("     ... {} more\n", Rest.size());
  if (Truncated)
    OS << "     ... the rest of the stack could not be read\n";
}

void TextRenderer::amounts(const Signature &S) {
  OS << fmt::format("   {} in {}", durationText(S.TotalNs),
                    countText(S.Count, "stall"));
  if (S.Count > 1)
    OS << fmt::format(", longest {}, p99 {}{}", durationText(S.MaxNs),
                      S.P99Exact ? "" : "at most ", durationText(S.P99Ns));
  if (S.Victims)
    OS << fmt::format("; {} meanwhile",
                      S.Victims == 1
                          ? std::string("1 event waited")
                          : countText(S.Victims, "event") + " waited");
  OS << '\n';
  // Only what is known: the kernel does not always tell.
  std::vector<std::string> Parts;
  auto Part = [&](uint64_t Ns, const char *Where) {
    if (Ns * 100 >= S.TotalNs && Ns)
      Parts.push_back(durationText(Ns) + Where);
  };
  Part(S.Split.RunNs, " on a CPU");
  Part(S.Split.RunqueueNs, " waiting for a CPU");
  Part(S.Split.CallNs, " in calls that may block");
  if (S.Split.MajorFaults)
    Parts.push_back(countText(S.Split.MajorFaults, "major page fault"));
  if (!Parts.empty())
    OS << "   of it " << llvm::join(Parts, ", ") << '\n';
  if (!S.Task.empty())
    OS << "   in task '" << S.Task << "'\n";
}

void TextRenderer::prediction(const Signature &S) {
  for (const Prediction &P : S.PredictedBy)
    OS << "   predicted by " << P.Label
       << (P.How == MatchKind::Sink    ? " (reached another way)"
           : P.How == MatchKind::Moved ? " (at another line)"
                                       : "")
       << '\n';
  if (S.Unpredicted)
    OS << "   not predicted: " << S.Unpredicted->Text << '\n';
}

void TextRenderer::kind(const Signature &S, size_t Number) {
  bold(fmt::format("{}. {}\n", Number, cut(causeText(S), Width - 4)));
  amounts(S);
  if (S.Frames.empty())
    OS << "     no stack was taken\n";
  else
    stack(S.Frames, S.Truncated);
  prediction(S);
  if (!S.OwnerFrames.empty()) {
    OS << fmt::format("   meanwhile {}:\n",
                      S.Owner.empty() ? "the holder" : S.Owner);
    stack(S.OwnerFrames, false);
  }
}

void TextRenderer::kinds(const std::vector<Signature> &Kinds) {
  size_t Shown = std::min(Kinds.size(), Options.Top);
  for (size_t I = 0; I < Shown; ++I) {
    OS << '\n';
    kind(Kinds[I], I + 1);
  }
  if (Kinds.size() == Shown)
    return;
  Totals T = sum({Kinds.begin() + static_cast<long>(Shown), Kinds.end()});
  OS << fmt::format("\n{} more: {}, {} (--top N shows more)\n",
                    countText(Kinds.size() - Shown, "kind"),
                    countText(T.Count, "stall"), durationText(T.TotalNs));
}

/// By cause: where the program was meanwhile says nothing.
void TextRenderer::machine() {
  Totals All = sum(Report.Machine);
  bold(fmt::format("\nThe machine's doing, not the program's: {}, {}\n",
                   countText(All.Count, "stall"), durationText(All.TotalNs)));
  std::map<std::string, Totals> Causes;
  for (const Signature &S : Report.Machine) {
    Totals &T = Causes[causeText(S)];
    T.Count += S.Count;
    T.TotalNs += S.TotalNs;
    T.MaxNs = std::max(T.MaxNs, S.MaxNs);
  }
  for (const auto &[Cause, T] : Causes)
    OS << fmt::format("   {}: {} in {}, longest {}\n", Cause,
                      durationText(T.TotalNs), countText(T.Count, "stall"),
                      durationText(T.MaxNs));
}

void TextRenderer::render() {
  verdict();
  kinds(Report.Signatures);
  if (!Report.Unfinished.empty()) {
    bold("\nNot ended when the trace did:\n");
    kinds(Report.Unfinished);
  }
  if (!Report.Machine.empty())
    machine();
  if (Options.Findings)
    printFindings(*Options.Findings, OS);
  printLoops(Report, OS);
  OS << '\n';
  printOverhead(Report, OS);
  printCoverage(Report, OS);
}

} // namespace

void renderText(const StallReport &Report, const TextOptions &Options,
                llvm::raw_ostream &OS) {
  TextRenderer(Report, Options, OS).render();
}

} // namespace nostall::report

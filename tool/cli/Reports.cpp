//===- Reports.cpp - which formats go where ---------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/Reports.h"

#include "cli/Commands.h"
#include "cli/HtmlReport.h"
#include "cli/Messages.h"

#include "llvm/ADT/STLExtras.h"

#include <fmt/format.h>

namespace nostall {

static const std::vector<std::string> Formats = {
    "text",   "json",   "sarif", "sarif-github", "html",
    "github", "gitlab", "junit", "summary"};

void addReportOptions(CLI::App &App, ReportOptions &Options) {
  App.add_option("--format", Options.Format, "How to write the findings")
      ->check(CLI::IsMember(Formats))
      ->type_name("FORMAT");
  App.add_option("-o,--output", Options.OutputFile, "Write the findings here")
      ->type_name("FILE");
  App.add_option("--report", Options.Reports,
                 "Write them in this format as well; the file - is the standard "
                 "output")
      ->type_name("FORMAT=FILE")
      ->allow_extra_args(false);
  App.add_flag("--no-trace", Options.NoTrace, "One line for each finding");
}

/// Lines of text may follow each other; documents may not.
static bool canFollow(llvm::StringRef A, llvm::StringRef B) {
  return (A == "text" && B == "github") || (A == "github" && B == "text");
}

bool ReportFiles::add(llvm::StringRef Format, llvm::StringRef File) {
  for (const Target &T : Targets)
    if (T.File == File && (File != "-" || !canFollow(T.Format, Format))) {
      printError(File == "-"
                     ? fmt::format("{} and {}: both go to the standard output",
                                   T.Format, Format.str())
                     : fmt::format("{}: two reports go there", File.str()));
      return false;
    }
  if (Format == "html" && !canWriteHtml(File.str()))
    return false;
  Targets.push_back({Format.str(), File.str()});
  return true;
}

bool ReportFiles::choose(const ReportOptions &Options) {
  Trace = !Options.NoTrace;
  for (llvm::StringRef Text : Options.Reports) {
    auto [Format, File] = Text.split('=');
    if (File.empty()) {
      printError(
          fmt::format("--report {}: not of the form FORMAT=FILE", Text.str()));
      return false;
    }
    if (!llvm::is_contained(Formats, Format)) {
      printError(fmt::format("--report {}: the formats are {}", Text.str(),
                             fmt::join(Formats, ", ")));
      return false;
    }
    if (!add(Format, File))
      return false;
  }
  // The log of a CI run shows the text, unless something else goes there.
  bool OutputIsTaken =
      llvm::any_of(Targets, [](const Target &T) { return T.File == "-"; });
  if (!Options.Format.empty() || !Options.OutputFile.empty() || !OutputIsTaken)
    return add(Options.Format.empty() ? "text" : Options.Format,
               Options.OutputFile.empty() ? "-" : Options.OutputFile);
  return true;
}

bool ReportFiles::has(llvm::StringRef Format) const {
  return llvm::any_of(Targets,
                      [&](const Target &T) { return T.Format == Format; });
}

std::vector<std::string> ReportFiles::files() const {
  std::vector<std::string> Files;
  for (const Target &T : Targets)
    if (T.File != "-")
      Files.push_back(T.File);
  return Files;
}

void ReportFiles::render(const Target &T, const RenderInput &Input,
                         llvm::raw_ostream &OS, bool Color) const {
  if (T.Format == "json")
    renderJson(Input, OS);
  else if (T.Format == "html")
    renderFindingsHtml(Input, OS);
  else if (T.Format == "sarif")
    renderSarif(Input, SarifFlavour::Standard, OS);
  else if (T.Format == "sarif-github") {
    if (size_t Left = renderSarif(Input, SarifFlavour::CodeScanning, OS))
      messages() << fmt::format("nostall: {}: {} findings left out: GitHub "
                                  "takes no more\n",
                                  T.File, Left);
  } else if (T.Format == "github")
    renderGithub(Input, OS);
  else if (T.Format == "gitlab")
    renderGitlab(Input, OS);
  else if (T.Format == "junit")
    renderJunit(Input, OS);
  else if (T.Format == "summary")
    renderSummary(Input, OS);
  else
    renderText(Input.Report, TextOptions{Color, Trace}, OS);
}

bool ReportFiles::write(const RenderInput &Input) const {
  bool Good = true;
  for (const Target &T : Targets) {
    bool ToOutput = T.File == "-";
    std::string Text;
    llvm::raw_string_ostream Rendered(Text);
    bool Color = ToOutput && llvm::outs().has_colors();
    Rendered.enable_colors(Color);
    render(T, Input, Rendered, Color);
    written().Pieces.push_back({T.File, Text});
    if (ToOutput) {
      llvm::outs() << Text;
      llvm::outs().flush();
      continue;
    }
    std::error_code EC;
    llvm::raw_fd_ostream OS(T.File, EC);
    if (!EC) {
      OS << Text;
      OS.close();
      EC = OS.error();
      OS.clear_error();
    }
    if (EC) {
      printError(T.File + ": " + EC.message());
      Good = false;
    }
  }
  return Good;
}

} // namespace nostall

//===- ExplainCommands.cpp - checks, explain --------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/Commands.h"

#include "cli/CheckDocs.h"
#include "cli/KnowledgeOptions.h"
#include "engine/run/KnowledgeVerifier.h"
#include "rules/Registry.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"

#include <fmt/format.h>

#include <set>

namespace nostall {
namespace {

int listChecks() {
  for (const std::unique_ptr<Check> &C : createChecks()) {
    const CheckDescriptor &D = C->descriptor();
    llvm::outs() << D.Name << (D.OnByDefault ? "" : " (off by default)") << '\n'
                 << "    " << D.Summary << '\n';
    for (const OptionDescriptor &O : D.Options)
      llvm::outs() << fmt::format("    {}.{}={}\n        {}\n", D.Name.str(),
                                  O.Name.str(), O.Default.str(), O.Help.str());
  }
  return EX_Clean;
}

llvm::StringRef text(RunsIn R) {
  switch (R) {
  case RunsIn::Inline:
    return "in the call";
  case RunsIn::Loop:
    return "on the event loop";
  case RunsIn::Worker:
    return "on a worker thread";
  case RunsIn::Child:
    return "in a child process";
  case RunsIn::Executor:
    return "on the executor that it is given";
  case RunsIn::Sync:
    return "in the call, which waits for it";
  case RunsIn::Gil:
    return "by Python, with the GIL held";
  }
  return "";
}

std::string text(const ArgSelector &A) {
  switch (A.K) {
  case ArgSelector::Kind::Position:
    return fmt::format("argument {}", A.Position + 1);
  case ArgSelector::Kind::Receiver:
    return "the object";
  case ArgSelector::Kind::Named:
    return fmt::format("the {}", A.Name);
  case ArgSelector::Kind::All:
    return "any argument";
  case ArgSelector::Kind::Last:
    return "the last argument";
  case ArgSelector::Kind::Format:
    return fmt::format("what argument {} formats", A.Position + 1);
  }
  return "";
}

void explainFunction(const FunctionKnowledge &F) {
  llvm::raw_ostream &OS = llvm::outs();
  OS << F.Name << F.Signature.value_or("") << "   (" << F.Library->Title << ")\n";
  for (const EffectRule &R : F.Effects) {
    OS << fmt::format("  {} blocks: {}", name(R.What.Severity),
                      name(R.What.Kind));
    if (!R.Why.empty())
      OS << ": " << R.Why;
    OS << (R.When.empty() && R.Unless.empty() ? "\n" : ", on conditions\n");
  }
  for (const ParamRule &R : F.Params)
    OS << "  runs " << text(R.Param) << " " << text(R.Runs) << "\n";
  for (const SwitchRule &R : F.Switches)
    OS << "  awaiting it continues " << text(R.To) << "\n";
  if (F.Context)
    OS << "  runs " << text(*F.Context) << ", as do its overrides\n";
  if (F.Multiplexer != WaitKind::None)
    OS << "  is the wait of an event loop\n";
  for (const auto &[Framework, Text] : F.UseInstead)
    OS << "  instead" << (Framework.empty() ? "" : " with " + Framework) << ": "
       << Text << "\n";
  // Further rules carry values through a call; they say nothing to a reader.
  if (F.Effects.empty() && F.Params.empty() && F.Switches.empty() &&
      !F.Context && F.Multiplexer == WaitKind::None)
    OS << (F.replacesBody()
               ? "  does not block, and runs nothing that it is given\n"
               : "  nothing is known of whether it blocks: its "
                 "body decides\n");
  if (!F.Reference.empty())
    OS << "  see " << F.Reference << "\n";
}

/// Names that may have been meant: with other namespaces before them, else
/// those that are spelt nearly so.
std::vector<std::string> similarNames(const KnowledgeBase &Base,
                                      llvm::StringRef Subject) {
  std::set<std::string> Longer, Near;
  unsigned Closest = Subject.size() < 8 ? 1 : 2;
  auto Offer = [&](llvm::StringRef Name) {
    if (llvm::StringRef Rest = Name;
        Rest.consume_back(Subject) && Rest.ends_with("::"))
      Longer.insert(Name.str());
    unsigned Distance = Name.edit_distance(Subject, true, Closest);
    if (Distance > Closest)
      return;
    if (Distance < Closest)
      Near.clear();
    Closest = Distance;
    Near.insert(Name.str());
  };
  for (const auto &Library : Base.libraries())
    for (const FunctionKnowledge &F : Library->Functions)
      Offer(F.Name);
  for (const std::unique_ptr<Check> &C : createChecks())
    Offer(C->descriptor().Name);
  std::set<std::string> &Best = Longer.empty() ? Near : Longer;
  std::vector<std::string> Names(Best.begin(), Best.end());
  constexpr size_t Most = 5;
  if (Names.size() > Most)
    Names.resize(Most);
  return Names;
}

int explain(std::string Subject, const KnowledgeOptions &Options) {
  if (llvm::StringRef(Subject).starts_with("::"))
    Subject.erase(0, 2);
  for (llvm::StringRef Name : {Subject, "nostall-" + Subject})
    if (llvm::StringRef Text = checkDocumentation(Name); !Text.empty()) {
      llvm::outs() << Text;
      return EX_Clean;
    }
  KnowledgeBase Base = KnowledgeBase::builtin();
  std::optional<std::string> Own;
  if (llvm::sys::fs::exists(".nostall.yaml"))
    Own = ".nostall.yaml";
  int Exit = addKnowledge(Base, Options, Own) ? EX_Clean : EX_Incomplete;
  bool Found = false;
  for (const auto &Library : Base.libraries())
    for (const FunctionKnowledge &F : Library->Functions)
      if (matchesPattern(F.Name, Subject)) {
        explainFunction(F);
        Found = true;
      }
  if (!Found) {
    std::vector<std::string> Names = similarNames(Base, Subject);
    printError(fmt::format(
        "'{}' is neither a check nor a function that the "
        "knowledge files name{}{}",
        Subject, Names.empty() ? "" : "; similar: ", fmt::join(Names, ", ")));
    return EX_Incomplete;
  }
  return Exit;
}

/// Built-in files by their library's name, others by path; all built-in ones
/// when none is named.
int verify(const std::vector<std::string> &Subjects) {
  KnowledgeBase Base = KnowledgeBase::builtin();
  std::vector<const LibraryKnowledge *> Libraries;
  int Exit = EX_Clean;
  for (const std::string &Subject : Subjects) {
    if (const LibraryKnowledge *Known = Base.library(Subject)) {
      Libraries.push_back(Known);
    } else if (!llvm::sys::fs::exists(Subject)) {
      printError(Subject + ": neither a file nor a built-in library");
      Exit = EX_Incomplete;
    } else if (llvm::Error E = Base.addFile(Subject)) {
      printError(llvm::toString(std::move(E)));
      Exit = EX_Incomplete;
    } else {
      Libraries.push_back(Base.libraries().back().get());
    }
  }
  if (Subjects.empty())
    for (const auto &Library : Base.libraries())
      Libraries.push_back(Library.get());
  for (const LibraryKnowledge *Library : Libraries) {
    VerificationResult Result = verifyKnowledge(*Library);
    for (const std::string &Problem : Result.Problems)
      llvm::outs() << Library->File << ": " << Problem << '\n';
    llvm::outs() << fmt::format(
        "{}: {} verified, {} optional and absent, {} problems\n", Library->Id,
        Result.Verified, Result.Absent, Result.Problems.size());
    if (!Result.Problems.empty() && Exit == EX_Clean)
      Exit = EX_Findings;
  }
  return Exit;
}

} // namespace

void addExplainCommands(CLI::App &App, int &Exit) {
  CLI::App *List = App.add_subcommand("checks", "List the checks");
  List->callback([&Exit] { Exit = listChecks(); });

  auto Subject = std::make_shared<std::string>();
  auto Options = std::make_shared<KnowledgeOptions>();
  CLI::App *Explain = App.add_subcommand(
      "explain", "Explain a check, or what is known of a function");
  Explain->add_option("subject", *Subject, "A check or a qualified function")
      ->type_name("")
      ->required();
  addKnowledgeOptions(*Explain, *Options);
  Explain->callback(
      [Subject, Options, &Exit] { Exit = explain(*Subject, *Options); });

  auto Subjects = std::make_shared<std::vector<std::string>>();
  CLI::App *Verify = App.add_subcommand(
      "verify-knowledge",
      "Check knowledge files against the headers of their libraries");
  Verify->add_option("files", *Subjects,
                     "Files, or names of built-in libraries (default: all)")
      ->type_name("");
  Verify->callback([Subjects, &Exit] { Exit = verify(*Subjects); });
}

} // namespace nostall

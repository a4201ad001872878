//===- KnowledgeParser.cpp - YAML to knowledge ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/knowledge/KnowledgeParser.h"

#include "engine/knowledge/KnowledgeYaml.h"

#include "llvm/Support/SourceMgr.h"

using namespace llvm;
using namespace nostall;

template <> struct llvm::yaml::MappingTraits<LibraryKnowledge> {
  static void mapping(IO &Io, LibraryKnowledge &Out);
};

static void addFunctions(std::vector<FunctionEntry> &Entries,
                         LibraryKnowledge &Out) {
  for (FunctionEntry &Entry : Entries)
    for (const std::string &Name : Entry.Names) {
      FunctionKnowledge Rule = Entry.Rule;
      Rule.Name = Name;
      Out.Functions.push_back(std::move(Rule));
    }
}

static void addTypes(const std::vector<TypeEntry> &Entries,
                     std::vector<TypeKnowledge> &Out) {
  for (const TypeEntry &Entry : Entries)
    for (const std::string &Name : Entry.Names)
      Out.push_back({Name, Entry.Is.Bits, Entry.Optional, nullptr});
}

static void readRemedies(yaml::IO &Io, LibraryKnowledge &Out) {
  std::map<std::string, std::string> Remedies;
  Io.mapOptional("remedies", Remedies);
  for (const auto &[Key, Text] : Remedies) {
    std::optional<Category> C = categoryFromName(Key);
    if (!C)
      fail(Io, "unknown category '" + Key + "'");
    else
      Out.Remedies[*C] = Text;
  }
}

/// What is said of functions, types and so on; each entry for all of its names.
static void readEntries(yaml::IO &Io, LibraryKnowledge &Out) {
  std::vector<FunctionEntry> Functions;
  Io.mapOptional("functions", Functions);
  addFunctions(Functions, Out);
  std::vector<TypeEntry> Types, Variables;
  Io.mapOptional("types", Types);
  Io.mapOptional("variables", Variables);
  addTypes(Types, Out.Types);
  addTypes(Variables, Out.Variables);
  std::vector<FieldEntry> Fields;
  Io.mapOptional("fields", Fields);
  for (const FieldEntry &Entry : Fields)
    for (const std::string &Name : Entry.Names)
      Out.Fields.push_back({Name, Entry.Runs, Entry.Optional, nullptr});
  std::vector<CostEntry> Costs;
  Io.mapOptional("costs", Costs);
  for (const CostEntry &Entry : Costs)
    for (const std::string &Name : Entry.Names)
      Out.Costs.push_back({Name, Entry.Cost});
  std::vector<FixEntry> Fixes;
  Io.mapOptional("fixes", Fixes);
  for (const FixEntry &Entry : Fixes)
    for (const std::string &Name : Entry.Names) {
      Out.Fixes.push_back(Entry.Fix);
      Out.Fixes.back().Name = Name;
    }
  std::vector<Alias> Aliases;
  Io.mapOptional("aliases", Aliases);
  for (const Alias &A : Aliases)
    addAlias(A, Out);
}

void yaml::MappingTraits<LibraryKnowledge>::mapping(IO &Io,
                                                    LibraryKnowledge &Out) {
  auto *Context = static_cast<ParseContext *>(Io.getContext());
  Io.mapRequired("library", Out.Id);
  Io.mapOptional("title", Out.Title, Out.Id);
  // Before what refers to them, wherever they stand in the file.
  Io.mapOptional("constants", Context->Constants);
  Io.mapOptional("headers", Out.Headers);
  Io.mapOptional("packages", Out.Packages);
  Io.mapOptional("verify_flags", Out.VerifyFlags);
  Io.mapOptional("namespaces", Out.Namespaces);
  readRemedies(Io, Out);
  readEntries(Io, Out);
  Io.mapOptional("skip_bodies", Out.SkipBodies);
  std::optional<int> Version;
  Io.mapOptional("version", Version);
  if (Version.value_or(1) != 1)
    fail(Io, "this nostall reads version 1 of the knowledge format");
}

namespace nostall {

/// Where more than \p Max brackets are open, quotes not being looked at.
static std::optional<size_t> tooDeep(StringRef Text, unsigned Max) {
  unsigned Depth = 0;
  for (size_t I = 0; I < Text.size(); ++I) {
    if (Text[I] == '[' || Text[I] == '{') {
      if (++Depth > Max)
        return I;
    } else if ((Text[I] == ']' || Text[I] == '}') && Depth) {
      --Depth;
    } else if (Text[I] == '\n' &&
               (I + 1 == Text.size() || Text[I + 1] == '-')) {
      Depth = 0;
    }
  }
  return std::nullopt;
}

std::unique_ptr<LibraryKnowledge>
parseKnowledge(StringRef Text, StringRef FileName, std::string &Errors) {
  struct Sink {
    std::string &Errors;
    std::string Name;
  } Handler{Errors, FileName.str()};
  auto Report = [](const SMDiagnostic &D, void *Opaque) {
    auto *To = static_cast<Sink *>(Opaque);
    raw_string_ostream OS(To->Errors);
    OS << To->Name << ':' << D.getLineNo() << ':' << D.getColumnNo() + 1
       << ": error: " << D.getMessage() << '\n';
  };
  // The parser recurses; nothing in the format is nested so deeply.
  constexpr unsigned MaxDepth = 100;
  if (std::optional<size_t> At = tooDeep(Text, MaxDepth)) {
    Errors += (FileName + ":" + Twine(Text.take_front(*At).count('\n') + 1) +
               ":1: error: brackets are nested too deeply\n")
                  .str();
    return nullptr;
  }
  if (Text.trim().empty()) {
    Errors += (FileName + ":1:1: error: the file is empty\n").str();
    return nullptr;
  }
  ParseContext Context;
  Context.Text = Text;
  yaml::Input In(Text, &Context, Report, &Handler);
  auto Library = std::make_unique<LibraryKnowledge>();
  In >> *Library;
  if (In.error())
    return nullptr;
  if (In.nextDocument()) {
    Errors += (FileName + ": error: a second document; a file describes one "
                          "library\n")
                  .str();
    return nullptr;
  }
  Library->File = FileName.str();
  for (FunctionKnowledge &F : Library->Functions)
    F.Library = Library.get();
  for (TypeKnowledge &T : Library->Types)
    T.Library = Library.get();
  for (TypeKnowledge &V : Library->Variables)
    V.Library = Library.get();
  for (FieldKnowledge &F : Library->Fields)
    F.Library = Library.get();
  for (FixKnowledge &F : Library->Fixes)
    F.Library = Library.get();
  return Library;
}

} // namespace nostall

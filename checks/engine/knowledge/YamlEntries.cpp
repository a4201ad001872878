//===- YamlEntries.cpp - what a knowledge file lists ------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/knowledge/KnowledgeYaml.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace nostall;

namespace llvm::yaml {

/// `name: x` or `names: [x, y]`.
static void mapNames(IO &Io, std::vector<std::string> &Out, const char *What) {
  std::optional<std::string> Name;
  Io.mapOptional("name", Name);
  Io.mapOptional("names", Out);
  if (Name.has_value() == !Out.empty())
    fail(Io, Twine(What) + " has either 'name' or 'names'");
  if (Name)
    Out.push_back(*Name);
}

/// The line of what is being read.
static unsigned lineOf(IO &Io) {
  StringRef Text = static_cast<ParseContext *>(Io.getContext())->Text;
  const Node *At = static_cast<Input &>(Io).getCurrentNode();
  const char *Start = At ? At->getSourceRange().Start.getPointer() : nullptr;
  if (!Start || Start < Text.begin() || Start > Text.end())
    return 1;
  return StringRef(Text.begin(), Start - Text.begin()).count('\n') + 1;
}

void MappingTraits<FunctionEntry>::mapping(IO &Io, FunctionEntry &Out) {
  FunctionKnowledge &Rule = Out.Rule;
  mapNames(Io, Out.Names, "a function");
  Rule.Line = lineOf(Io);
  Io.mapOptional("signature", Rule.Signature);
  Io.mapOptional("reference", Rule.Reference);
  Io.mapOptional("effects", Rule.Effects);
  Io.mapOptional("params", Rule.Params);
  Io.mapOptional("returns", Rule.Returns);
  Io.mapOptional("flows", Rule.Flows);
  Io.mapOptional("marks", Rule.Marks);
  Io.mapOptional("locks", Rule.Locks);
  Io.mapOptional("guard", Rule.Guard);
  Io.mapOptional("settles", Rule.Settles);
  Io.mapOptional("result_by", Rule.ResultBy);
  Io.mapOptional("completes", Rule.Completes);
  Io.mapOptional("nests_loop", Rule.NestsLoop, false);
  Io.mapOptional("switches", Rule.Switches);
  Io.mapOptional("constructs", Rule.Constructs);
  Io.mapOptional("destroys", Rule.Destroys);
  Io.mapOptional("releases", Rule.Releases);
  Io.mapOptional("context", Rule.Context);
  Io.mapOptional("gil", Rule.Gil);
  Io.mapOptional("multiplexer", Rule.Multiplexer, WaitKind::None);
  Io.mapOptional("opaque", Rule.Opaque, false);
  Io.mapOptional("optional", Rule.Optional, false);
  Io.mapOptional("descriptors", Rule.Descriptors);
  Io.mapOptional("polls", Rule.Polls, false);
  Io.mapOptional("relaxes", Rule.Relaxes, false);
  Io.mapOptional("intercept", Rule.Intercept, false);
  Io.mapOptional("measured", Rule.Measured);
  std::optional<std::string> Instead;
  Io.mapOptional("use_instead", Instead);
  if (Instead)
    Rule.UseInstead[""] = *Instead;
  std::map<std::string, std::string> ByFramework;
  Io.mapOptional("use_instead_in", ByFramework);
  Rule.UseInstead.insert(ByFramework.begin(), ByFramework.end());
}

void MappingTraits<TypeEntry>::mapping(IO &Io, TypeEntry &Out) {
  mapNames(Io, Out.Names, "a type");
  mapTraits(Io, "is", Out.Is.Bits);
  Io.mapOptional("optional", Out.Optional, false);
}

void MappingTraits<FieldEntry>::mapping(IO &Io, FieldEntry &Out) {
  mapNames(Io, Out.Names, "a field");
  Io.mapRequired("runs", Out.Runs);
  Io.mapOptional("optional", Out.Optional, false);
}

void MappingTraits<CostEntry>::mapping(IO &Io, CostEntry &Entry) {
  mapNames(Io, Entry.Names, "a cost");
  CostRule &Out = Entry.Cost;
  Io.mapRequired("ns", Out.Nanoseconds);
  Io.mapOptional("per", Out.Unit);
  Io.mapOptional("size", Out.Size);
  Io.mapOptional("law", Out.Law, CostLaw::Linear);
  if (!(Out.Nanoseconds > 0))
    fail(Io, "'ns' is a number above 0");
  if (Out.Unit.empty() && (Out.Size || Out.Law != CostLaw::Linear))
    fail(Io, "'size' and 'law' go with 'per'");
}

/// The first `{...}` that stands for nothing.
static std::optional<StringRef> unknownPlaceholder(StringRef Text) {
  for (size_t At = Text.find('{'); At != StringRef::npos;
       At = Text.find('{', At + 1)) {
    StringRef Inner = Text.slice(At + 1, Text.find('}', At));
    unsigned Position;
    if (Inner.getAsInteger(10, Position) &&
        !is_contained(
            {"args", "args,", "init,", "last", "object", "object.head", "name"},
            Inner))
      return Inner;
  }
  return std::nullopt;
}

void MappingTraits<FixEntry>::mapping(IO &Io, FixEntry &Entry) {
  mapNames(Io, Entry.Names, "a fix");
  FixKnowledge &Out = Entry.Fix;
  Io.mapRequired("coroutine", Out.Coroutine);
  Io.mapRequired("text", Out.Text);
  Io.mapOptional("arity", Out.Arity);
  Io.mapOptional("written", Out.Written);
  Io.mapOptional("object_last", Out.ObjectLast);
  Io.mapOptional("value", Out.GivesValue, false);
  Io.mapOptional("includes", Out.Includes);
  Io.mapOptional("umbrellas", Out.Umbrellas);
  if (std::optional<StringRef> Bad = unknownPlaceholder(Out.Text))
    fail(Io, "'{" + *Bad + "}' stands for nothing in a fix");
  for (const std::string &Name : Entry.Names)
    if (StringRef(Name).contains('*'))
      fail(Io, "a fix is for one function, not for a pattern: '" + Name + "'");
}

void MappingTraits<Alias>::mapping(IO &Io, Alias &Out) {
  Io.mapRequired("from", Out.From);
  Io.mapRequired("to", Out.To);
}

} // namespace llvm::yaml

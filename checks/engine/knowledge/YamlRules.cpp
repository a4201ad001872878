//===- YamlRules.cpp - what knowledge says of a function --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/knowledge/KnowledgeParser.h"
#include "engine/knowledge/KnowledgeYaml.h"

using namespace llvm;
using namespace nostall;

void nostall::fail(yaml::IO &Io, const Twine &Message) {
  if (!static_cast<yaml::Input &>(Io).error())
    Io.setError(Message);
}

void nostall::mapTraits(yaml::IO &Io, const char *Key, uint32_t &Bits) {
  std::vector<std::string> Names;
  Io.mapOptional(Key, Names);
  for (const std::string &Name : Names) {
    uint32_t Bit = traitFromName(Name);
    if (!Bit)
      fail(Io, "unknown trait '" + Name + "'");
    Bits |= Bit;
  }
}

namespace llvm::yaml {

void MappingTraits<Condition>::mapping(IO &Io, Condition &Out) {
  using Predicate = Condition::Predicate;
  Io.mapRequired("arg", Out.Subject);
  Io.mapOptional("field", Out.Field);
  unsigned Tests = 0;
  mapTraits(Io, "is", Out.Traits);
  if (Out.Traits) {
    Out.Test = Predicate::Is;
    ++Tests;
  }
  auto Number = [&](const char *Key, Predicate Test) {
    std::optional<Symbol> Value;
    Io.mapOptional(Key, Value);
    if (!Value)
      return;
    Out.Test = Test;
    Out.Number = Value->Number;
    ++Tests;
  };
  Number("equals", Predicate::Equals);
  Number("has_flag", Predicate::HasFlag);
  std::optional<Quantity> AtMost;
  Io.mapOptional("at_most", AtMost);
  if (AtMost) {
    Out.Test = Predicate::AtMost;
    Out.Number = AtMost->Number;
    ++Tests;
  }
  auto Texts = [&](const char *Key, Predicate Test) {
    std::vector<std::string> Value;
    Io.mapOptional(Key, Value);
    if (Value.empty())
      return;
    Out.Test = Test;
    Out.Texts = Value;
    ++Tests;
  };
  Texts("starts_with", Predicate::StartsWith);
  Texts("type", Predicate::Type);
  std::optional<bool> Given;
  Io.mapOptional("given", Given);
  if (Given) {
    Out.Test = Predicate::Given;
    Out.Number = *Given;
    ++Tests;
  }
  if (Tests != 1)
    fail(Io, "a condition has exactly one of 'is', 'equals', 'has_flag', "
             "'at_most', 'starts_with', 'type' and 'given'");
}

void MappingTraits<ReentryRule>::mapping(IO &Io, ReentryRule &Out) {
  Io.mapRequired("arg", Out.Loop);
  Io.mapRequired("why", Out.Why);
}

void MappingTraits<ResultRule>::mapping(IO &Io, ResultRule &Out) {
  Io.mapOptional("callable", Out.Callable);
  Io.mapOptional("executor", Out.Executor);
  Io.mapOptional("when", Out.When);
  if (Out.Callable.has_value() == Out.Executor.has_value())
    fail(Io, "'result_by' has either 'callable' or 'executor'");
}

void MappingTraits<EffectRule>::mapping(IO &Io, EffectRule &Out) {
  Io.mapRequired("category", Out.What.Kind);
  Io.mapRequired("tier", Out.What.Severity);
  Io.mapOptional("when", Out.When);
  Io.mapOptional("unless", Out.Unless);
  Io.mapOptional("why", Out.Why);
  std::optional<ArgSelector> Buffer;
  Io.mapOptional("buffer", Buffer);
  Out.Buffer = Buffer;
  Io.mapOptional("until", Out.Until);
  Io.mapOptional("reenters", Out.Reenters);
  if (Out.Until && Out.Reenters)
    fail(Io, "an effect has either 'until' or 'reenters'");
}

void MappingTraits<ParamRule>::mapping(IO &Io, ParamRule &Out) {
  Io.mapRequired("arg", Out.Param);
  Io.mapRequired("runs", Out.Runs);
  std::optional<ArgSelector> Executor;
  Io.mapOptional("executor", Executor);
  if ((Out.Runs == RunsIn::Executor) != Executor.has_value())
    fail(Io, "'executor' goes with 'runs: executor'");
  if (Executor)
    Out.Executor = *Executor;
  Io.mapOptional("when", Out.When);
  Io.mapOptional("passes_rest", Out.PassesRest, false);
}

void MappingTraits<ReturnRule>::mapping(IO &Io, ReturnRule &Out) {
  Io.mapOptional("arg", Out.Argument);
  mapTraits(Io, "is", Out.Traits);
  Io.mapOptional("binds", Out.Binds, false);
  Io.mapOptional("when", Out.When);
  if (!Out.Argument && !Out.Traits)
    fail(Io, "'returns' names an 'arg' or says what the result 'is'");
}

void MappingTraits<MarkRule>::mapping(IO &Io, MarkRule &Out) {
  Io.mapRequired("arg", Out.Object);
  mapTraits(Io, "is", Out.Traits);
  Io.mapOptional("when", Out.When);
  Io.mapOptional("unless", Out.Unless);
}

void MappingTraits<FlowRule>::mapping(IO &Io, FlowRule &Out) {
  Io.mapRequired("from", Out.From);
  Io.mapRequired("to", Out.To);
}

void MappingTraits<LockRule>::mapping(IO &Io, LockRule &Out) {
  Io.mapRequired("operation", Out.Operation);
  Io.mapOptional("mutex", Out.Mutex);
  std::optional<Symbol> Succeeds;
  Io.mapOptional("succeeds", Succeeds);
  if (Succeeds)
    Out.Succeeds = Succeeds->Number;
  Io.mapOptional("when", Out.When);
}

void MappingTraits<GuardRule>::mapping(IO &Io, GuardRule &Out) {
  Io.mapRequired("fact", Out.What);
  Io.mapOptional("arg", Out.Object);
  std::optional<Symbol> Equals;
  Io.mapOptional("equals", Equals);
  if (Equals)
    Out.Equals = Equals->Number;
  Io.mapOptional("when", Out.When);
}

void MappingTraits<SwitchRule>::mapping(IO &Io, SwitchRule &Out) {
  Io.mapRequired("to", Out.To);
  std::optional<ArgSelector> Executor;
  Io.mapOptional("executor", Executor);
  if ((Out.To == RunsIn::Executor) != Executor.has_value())
    fail(Io, "'executor' goes with 'to: executor'");
  if (Executor)
    Out.Executor = *Executor;
  Io.mapOptional("when", Out.When);
}

} // namespace llvm::yaml

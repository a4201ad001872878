//===- KnowledgeYaml.h - the format of knowledge files ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How the parts of a knowledge file are read.
//
// Uses LLVM's YAML traits: a mapping lists its keys once, and unknown keys,
// missing keys and wrong values are reported with their place. What traits
// cannot check (a flag that no constant defines) is reported through
// IO::setError, at the node being read.
//
// Only for the reader of these files.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/knowledge/Aliases.h"

#include "llvm/Support/YAMLTraits.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace nostall {

/// What the scalars of a file may refer to.
struct ParseContext {
  llvm::StringRef Text;
  std::map<std::string, int64_t> Constants;
};

/// A trait or a list of them.
struct TraitSet {
  uint32_t Bits = 0;
};
/// "1ms", or a plain number.
struct Quantity {
  int64_t Number = 0;
};
/// A number or the name of a constant.
struct Symbol {
  int64_t Number = 0;
};

/// As written: what FunctionKnowledge holds once per name.
struct FunctionEntry {
  std::vector<std::string> Names;
  FunctionKnowledge Rule;
};
struct TypeEntry {
  std::vector<std::string> Names;
  TraitSet Is;
  bool Optional = false;
};
struct FieldEntry {
  std::vector<std::string> Names;
  RunsIn Runs = RunsIn::Loop;
  bool Optional = false;
};
struct CostEntry {
  std::vector<std::string> Names;
  CostRule Cost;
};
struct FixEntry {
  std::vector<std::string> Names;
  FixKnowledge Fix;
};

/// Reports what the traits cannot see; after an error they leave values unset,
/// so later complaints would mislead.
void fail(llvm::yaml::IO &Io, const llvm::Twine &Message);

/// Reads the list of traits under \p Key.
void mapTraits(llvm::yaml::IO &Io, const char *Key, uint32_t &Bits);

} // namespace nostall

LLVM_YAML_IS_SEQUENCE_VECTOR(nostall::Condition)
LLVM_YAML_IS_SEQUENCE_VECTOR(nostall::EffectRule)
LLVM_YAML_IS_SEQUENCE_VECTOR(nostall::ParamRule)
LLVM_YAML_IS_SEQUENCE_VECTOR(nostall::ReturnRule)
LLVM_YAML_IS_SEQUENCE_VECTOR(nostall::ResultRule)
LLVM_YAML_IS_SEQUENCE_VECTOR(nostall::MarkRule)
LLVM_YAML_IS_SEQUENCE_VECTOR(nostall::FlowRule)
LLVM_YAML_IS_SEQUENCE_VECTOR(nostall::LockRule)
LLVM_YAML_IS_SEQUENCE_VECTOR(nostall::SwitchRule)
LLVM_YAML_IS_SEQUENCE_VECTOR(nostall::FunctionEntry)
LLVM_YAML_IS_SEQUENCE_VECTOR(nostall::TypeEntry)
LLVM_YAML_IS_SEQUENCE_VECTOR(nostall::FieldEntry)
LLVM_YAML_IS_SEQUENCE_VECTOR(nostall::CostEntry)
LLVM_YAML_IS_SEQUENCE_VECTOR(nostall::FixEntry)
LLVM_YAML_IS_FLOW_SEQUENCE_VECTOR(nostall::WrittenType)
LLVM_YAML_IS_SEQUENCE_VECTOR(nostall::Alias)
LLVM_YAML_IS_STRING_MAP(std::string)
LLVM_YAML_IS_STRING_MAP(int64_t)

namespace llvm::yaml {

// Scalars.
template <> struct ScalarTraits<nostall::Category> {
  static void output(const nostall::Category &, void *, raw_ostream &) {}
  static StringRef input(StringRef Text, void *Context, nostall::Category &Out);
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct ScalarTraits<nostall::Tier> {
  static void output(const nostall::Tier &, void *, raw_ostream &) {}
  static StringRef input(StringRef Text, void *Context, nostall::Tier &Out);
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct ScalarTraits<nostall::ArgSelector> {
  static void output(const nostall::ArgSelector &, void *, raw_ostream &) {}
  static StringRef input(StringRef Text, void *Context,
                         nostall::ArgSelector &Out);
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct ScalarTraits<nostall::Symbol> {
  static void output(const nostall::Symbol &, void *, raw_ostream &) {}
  static StringRef input(StringRef Text, void *Context, nostall::Symbol &Out);
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct ScalarTraits<nostall::Quantity> {
  static void output(const nostall::Quantity &, void *, raw_ostream &) {}
  static StringRef input(StringRef Text, void *Context, nostall::Quantity &Out);
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

template <> struct ScalarEnumerationTraits<nostall::RunsIn> {
  static void enumeration(IO &Io, nostall::RunsIn &Out);
};

template <> struct ScalarEnumerationTraits<nostall::LockOperation> {
  static void enumeration(IO &Io, nostall::LockOperation &Out);
};

template <> struct ScalarEnumerationTraits<nostall::GuardRule::Fact> {
  static void enumeration(IO &Io, nostall::GuardRule::Fact &Out);
};

template <> struct ScalarEnumerationTraits<nostall::GilOperation> {
  static void enumeration(IO &Io, nostall::GilOperation &Out);
};

template <> struct ScalarEnumerationTraits<nostall::WaitKind> {
  static void enumeration(IO &Io, nostall::WaitKind &Out);
};

template <> struct ScalarEnumerationTraits<nostall::CostLaw> {
  static void enumeration(IO &Io, nostall::CostLaw &Out);
};

template <> struct ScalarTraits<nostall::WrittenType> {
  static void output(const nostall::WrittenType &, void *, raw_ostream &) {}
  static StringRef input(StringRef Text, void *Context,
                         nostall::WrittenType &Out);
  static QuotingType mustQuote(StringRef) { return QuotingType::None; }
};

// What is said of a function, and parts of that.
template <> struct MappingTraits<nostall::Condition> {
  static void mapping(IO &Io, nostall::Condition &Out);
};

template <> struct MappingTraits<nostall::ReentryRule> {
  static void mapping(IO &Io, nostall::ReentryRule &Out);
};

template <> struct MappingTraits<nostall::ResultRule> {
  static void mapping(IO &Io, nostall::ResultRule &Out);
};

template <> struct MappingTraits<nostall::EffectRule> {
  static void mapping(IO &Io, nostall::EffectRule &Out);
};

template <> struct MappingTraits<nostall::ParamRule> {
  static void mapping(IO &Io, nostall::ParamRule &Out);
};

template <> struct MappingTraits<nostall::ReturnRule> {
  static void mapping(IO &Io, nostall::ReturnRule &Out);
};

template <> struct MappingTraits<nostall::MarkRule> {
  static void mapping(IO &Io, nostall::MarkRule &Out);
};

template <> struct MappingTraits<nostall::FlowRule> {
  static void mapping(IO &Io, nostall::FlowRule &Out);
};

template <> struct MappingTraits<nostall::LockRule> {
  static void mapping(IO &Io, nostall::LockRule &Out);
};

template <> struct MappingTraits<nostall::GuardRule> {
  static void mapping(IO &Io, nostall::GuardRule &Out);
};

template <> struct MappingTraits<nostall::SwitchRule> {
  static void mapping(IO &Io, nostall::SwitchRule &Out);
};

// What a file lists.
template <> struct MappingTraits<nostall::CostEntry> {
  static void mapping(IO &Io, nostall::CostEntry &Out);
};

template <> struct MappingTraits<nostall::FixEntry> {
  static void mapping(IO &Io, nostall::FixEntry &Out);
};

template <> struct MappingTraits<nostall::FunctionEntry> {
  static void mapping(IO &Io, nostall::FunctionEntry &Out);
};

template <> struct MappingTraits<nostall::TypeEntry> {
  static void mapping(IO &Io, nostall::TypeEntry &Out);
};

template <> struct MappingTraits<nostall::FieldEntry> {
  static void mapping(IO &Io, nostall::FieldEntry &Out);
};

template <> struct MappingTraits<nostall::Alias> {
  static void mapping(IO &Io, nostall::Alias &Out);
};

} // namespace llvm::yaml

//===- DebugName.cpp - function names from debug information ----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "reporter/FunctionName.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/DebugInfo/DWARF/DWARFDie.h"

namespace nostall::report {
namespace {

using llvm::DWARFDie;
using llvm::StringRef;

/// Damaged information may refer in circles.
constexpr unsigned MaxDepth = 64;

/// The entry that stands where the function is declared: its parents are the
/// scopes.
DWARFDie declaration(DWARFDie Function) {
  for (unsigned I = 0; I < MaxDepth; ++I) {
    DWARFDie Next = Function.getAttributeValueAsReferencedDie(
        llvm::dwarf::DW_AT_abstract_origin);
    if (!Next)
      Next = Function.getAttributeValueAsReferencedDie(
          llvm::dwarf::DW_AT_specification);
    if (!Next)
      return Function;
    Function = Next;
  }
  return Function;
}

StringRef nameOf(DWARFDie Die) {
  const char *Name = Die.getShortName();
  if (!Name)
    // With -fdebug-types-section a class is named elsewhere.
    if (DWARFDie Type = Die.resolveTypeUnitReference(); Type && Type != Die)
      Name = Type.getShortName();
  return Name ? Name : "";
}

std::string namespaceName(DWARFDie Namespace) {
  StringRef Name = nameOf(Namespace);
  return Name.empty() ? "(anonymous namespace)" : Name.str();
}

bool isInline(DWARFDie Namespace) {
  // GCC marks unnamed ones as well.
  return Namespace.find(llvm::dwarf::DW_AT_export_symbols) &&
         !nameOf(Namespace).empty();
}

bool isFunction(DWARFDie Die) { return Die.isSubroutineDIE(); }

bool isClass(DWARFDie Die) {
  llvm::dwarf::Tag Tag = Die.getTag();
  return Tag == llvm::dwarf::DW_TAG_class_type ||
         Tag == llvm::dwarf::DW_TAG_structure_type ||
         Tag == llvm::dwarf::DW_TAG_union_type;
}

/// Closures have no name, or one that is no identifier.
bool isUnnamed(StringRef Name) {
  return Name.empty() || Name.starts_with("<") || Name.starts_with("._anon");
}

/// A closure has a call operator; a function pointer made of a lambda runs it
/// through _FUN (GCC) or __invoke (Clang).
bool isClosureMember(StringRef Function) {
  return Function.starts_with("operator()") || Function == "_FUN" ||
         Function == "__invoke";
}

/// The scopes around \p Die, innermost last, each followed by "::".
std::string scopes(DWARFDie Die, unsigned Depth, bool &Complete);

/// A function with its scopes; "X::lambda" for a lambda.
std::string qualified(DWARFDie Function, unsigned Depth, bool &Complete) {
  StringRef Name = nameOf(Function);
  DWARFDie Declared = declaration(Function);
  if (Name.empty() || Depth > MaxDepth) {
    Complete = false;
    return "";
  }
  DWARFDie Parent = Declared.getParent();
  if (Parent && isClass(Parent) && isUnnamed(nameOf(Parent)) &&
      isClosureMember(Name))
    return scopes(Parent, Depth + 1, Complete) + "lambda";
  return scopes(Declared, Depth + 1, Complete) +
         std::string(withoutTemplateArguments(std::string_view(Name)));
}

std::string scopes(DWARFDie Die, unsigned Depth, bool &Complete) {
  DWARFDie Parent = Die.getParent();
  if (!Parent || !Complete)
    return "";
  if (Depth > MaxDepth) {
    Complete = false;
    return "";
  }
  if (isFunction(Parent))
    return qualified(Parent, Depth + 1, Complete) + "::";
  switch (Parent.getTag()) {
  case llvm::dwarf::DW_TAG_namespace: {
    std::string Outer = scopes(Parent, Depth + 1, Complete);
    return isInline(Parent) ? Outer : Outer + namespaceName(Parent) + "::";
  }
  case llvm::dwarf::DW_TAG_class_type:
  case llvm::dwarf::DW_TAG_structure_type:
  case llvm::dwarf::DW_TAG_union_type:
  case llvm::dwarf::DW_TAG_enumeration_type: {
    std::string Outer = scopes(Parent, Depth + 1, Complete);
    StringRef Name = nameOf(Parent);
    if (isUnnamed(Name))
      return Outer + "(anonymous)::";
    return Outer +
           std::string(withoutTemplateArguments(std::string_view(Name))) + "::";
  }
  default:
    // Blocks, units.
    return scopes(Parent, Depth + 1, Complete);
  }
}

void addInlineNamespaces(DWARFDie Scope, const std::string &Outer,
                         unsigned Depth, NamespaceSet &Found) {
  if (Depth > MaxDepth)
    return;
  for (DWARFDie Child : Scope.children()) {
    if (Child.getTag() != llvm::dwarf::DW_TAG_namespace)
      continue;
    std::string Name = Outer + namespaceName(Child);
    if (isInline(Child))
      Found.insert(Name);
    addInlineNamespaces(Child, Name + "::", Depth + 1, Found);
  }
}

} // namespace

NamespaceSet inlineNamespaces(DWARFDie Unit) {
  NamespaceSet Found;
  addInlineNamespaces(Unit, "", 0, Found);
  return Found;
}

std::string functionNameOfDie(DWARFDie Function) {
  bool Complete = true;
  std::string Name = qualified(Function, 0, Complete);
  if (!Complete)
    return "";
  StringRef Rest = Name;
  if (!Rest.consume_back("lambda"))
    return Name;
  if (Rest.empty())
    return "lambda";
  // A function may be called lambda, or end in it.
  return Rest.consume_back("::") ? "lambda in " + Rest.str() : Name;
}

} // namespace nostall::report

//===- FunctionName.h - names of functions for people -----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A function is named as EntityNamer and FindingSink name it in findings, so
// that a stall can be joined with the finding that foretold it: qualified,
// without template arguments, parameters and inline namespaces; a lambda is
// "lambda in Session::run". A coroutine has one name, whatever part of it runs.
//
// There are two sources. Debug information is exact: it knows which namespaces
// are inline and where a function stands that has no linkage name. Without it
// the symbol is taken apart.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <set>
#include <string>
#include <string_view>

namespace llvm {
class DWARFDie;
}

namespace nostall::report {

/// Qualified names of namespaces: "std::__cxx11".
using NamespaceSet = std::set<std::string, std::less<>>;

/// From a symbol: "_ZN7Session3runEPZNS_3runEvE17_ZN...Frame.actor" is
/// "Session::run", "copy.part.0" is "copy". Those of the standard libraries
/// need not be in \p InlineNamespaces.
std::string functionNameOfSymbol(std::string_view Symbol,
                                 const NamespaceSet &InlineNamespaces = {});

/// The inline namespaces of a unit.
NamespaceSet inlineNamespaces(llvm::DWARFDie Unit);

/// From debug information: a subprogram or an inlined one. Empty where it does
/// not tell, as Clang's does not of a lambda in a coroutine's lambda.
std::string functionNameOfDie(llvm::DWARFDie Function);

/// "operator<<<int>" is "operator<<", "Store<int>" is "Store". Takes a name
/// without scopes.
std::string_view withoutTemplateArguments(std::string_view Name);

} // namespace nostall::report

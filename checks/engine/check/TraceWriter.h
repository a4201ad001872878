//===- TraceWriter.h - ways in words ----------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How findings name functions and places, and tell step by step how control
// gets from a root to where something is wrong.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/solve/Solution.h"
#include "model/Finding.h"

#include <functional>
#include <string>

namespace nostall {

/// Refers to the solution.
class TraceWriter {
public:
  TraceWriter(const Solution &S,
              std::function<std::string(llvm::StringRef)> DisplayPath)
      : S(S), DisplayPath(std::move(DisplayPath)) {}

  Place place(FunctionIndex F, const Location &At) const;
  /// "main", "Session::run", "lambda in Session::run"
  std::string functionName(FunctionIndex F) const;
  /// A function as messages quote it: "'fsync'", "the constructor of 'T'".
  std::string displayName(EntityIndex E) const;

  /// All steps from the root to where \p Way leads.
  Trace traceTo(const Witness &Way) const;
  /// Adds the steps of \p E to \p T; calls inside libraries are left out.
  void appendEdge(Trace &T, const Edge &E) const;

private:
  TraceStep rootStep(const Root &R) const;
  void appendRoot(Trace &T, const Root &R) const;
  void appendRegistration(Trace &T, const Root &R) const;
  void appendPath(Trace &T, const Witness &Way) const;
  std::string otherRunners(const Edge &E) const;

  const Solution &S;
  std::function<std::string(llvm::StringRef)> DisplayPath;
};

} // namespace nostall

//===- Symbolizer.h - addresses to functions and lines ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// LLVM's symbolizer over files that findDebugFiles() finds, with names from
// FunctionName.h. Remembers modules and addresses.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "reporter/StallReport.h"
#include "reporter/TraceReader.h"

#include <map>
#include <memory>
#include <string>

namespace nostall::report {

class Symbolizer {
public:
  /// \p Folders are looked through for separate debug information before the
  /// system's.
  explicit Symbolizer(std::vector<std::string> Folders);
  ~Symbolizer();

  /// A stack of \p T, with inlined functions as frames of their own.
  Stack symbolize(const trace::Stack &S, const Trace &T);

  /// Modules that frames came from and that could not be read fully.
  std::vector<ModuleProblem> problems() const;

private:
  class Module;
  Module &module(const trace::Module &M);

  std::vector<std::string> Folders;
  std::string Cwd;
  /// By path and build-id.
  std::map<std::pair<std::string, std::string>, std::unique_ptr<Module>>
      Modules;
};

} // namespace nostall::report

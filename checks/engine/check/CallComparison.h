//===- CallComparison.h - the calls that findings stand for ----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A finding stands for several calls: its sink and the further ones. Findings
// of two states of a program were paired; which calls came, and which went? A
// call is counted over the whole program, since a change elsewhere may move it
// from one finding to another.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/check/FunctionRenames.h"
#include "model/Finding.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"

#include <map>
#include <string>
#include <vector>

namespace nostall {

constexpr size_t NoPartner = ~size_t(0);

using NameMap = llvm::function_ref<std::string(llvm::StringRef)>;

inline std::string sameName(llvm::StringRef Name) { return Name.str(); }

/// What a fingerprint is made of, but for the ordinal.
std::string callKey(const Finding &F, NameMap Name);
/// The same of a call that \p F stands for besides its sink.
std::string callKey(const Finding &F, const FurtherCall &C, NameMap Name);

class CallComparison {
public:
  /// \p Partner has for each of \p Head its index in \p Base, or NoPartner;
  /// \p Gone tells which of \p Base only the base has.
  CallComparison(llvm::ArrayRef<Finding> Base, llvm::ArrayRef<Finding> Head,
                 llvm::ArrayRef<size_t> Partner, const std::vector<bool> &Gone,
                 const FunctionRenames &Renames);

  /// By findings of the head: further calls that came; of its partner those
  /// that went, but for the partner's sink.
  std::vector<std::vector<FurtherCall>> Gained, Lost;
  /// By findings of the base: it has a partner, which stands for what is left
  /// of it, but its own sink went.
  std::vector<bool> SinkGone;

private:
  using Calls = std::map<std::string, FurtherCall>;
  Calls callsOf(const Finding &F, NameMap Name) const;
  void count();
  void compare(size_t B, size_t H);
  void cancelMoved(std::vector<FurtherCall> &Came,
                   std::vector<FurtherCall> &Went) const;

  llvm::ArrayRef<Finding> Base, Head;
  llvm::ArrayRef<size_t> Partner;
  const std::vector<bool> &Gone;
  const FunctionRenames &Renames;
  /// How many more findings of the head stand for a call than of the base.
  std::map<std::string, int> Surplus;
};

} // namespace nostall

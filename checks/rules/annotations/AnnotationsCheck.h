//===- AnnotationsCheck.h - nostall-annotations -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/check/Check.h"

namespace nostall {

/// Finds annotations that the program contradicts and, by an option, hints that
/// change nothing. The user's documentation is README.md in this folder.
class AnnotationsCheck : public Check {
public:
  AnnotationsCheck();
  std::string configure(const CheckOptions &Options) override;
  void run(const Solution &S, FindingSink &Sink) override;
  void review(const Solution &S, const Review &R, FindingSink &Sink) override;

private:
  Tier Lowest = Tier::Always;
  bool Unused = false;
};

} // namespace nostall

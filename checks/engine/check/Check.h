//===- Check.h - a rule about event loops -----------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A check looks at a solved program and adds findings. It never sees a file, a
// front end or the name of a library function: it asks the Solution and the
// KnowledgeBase. docs/writing-a-check.md is the guide.
//
// Lifetime: created once per run, asked once, destroyed. One thread.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/check/Suppressions.h"
#include "engine/solve/Solution.h"
#include "model/Finding.h"

#include "llvm/ADT/StringMap.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace nostall {

/// An option is declared here and nowhere else: its default, its help text and
/// its name in every front end come from this.
struct OptionDescriptor {
  llvm::StringLiteral Name;
  llvm::StringLiteral Default;
  llvm::StringLiteral Help;
};

struct CheckDescriptor {
  llvm::StringLiteral Name;    ///< "nostall-blocking-call"
  llvm::StringLiteral Summary; ///< One sentence: what is detected.
  bool OnByDefault;
  llvm::ArrayRef<OptionDescriptor> Options;
};

/// Options as the user gave them: "check-name.Option" to value.
using CheckOptions = llvm::StringMap<std::string>;

class FindingSink;

/// What is known once all checks have reported.
struct Review {
  struct State {
    llvm::StringRef Check;
    bool Ran;
  };
  llvm::ArrayRef<State> Checks; ///< All that there are.
  /// Its marks say what was of use to any finding, reported or not.
  const Suppressions &Comments;
  /// All of the program was analysed, and without errors: what nothing here
  /// uses, nothing uses.
  bool IsWhole;
  /// From a file's name as it was read to what people read.
  const std::function<std::string(llvm::StringRef)> &DisplayPath;
};

class Check {
public:
  explicit Check(const CheckDescriptor &D) : Described(D) {}
  virtual ~Check() = default;

  const CheckDescriptor &descriptor() const { return Described; }

  /// Reads the options. Returns a message for a bad value, or "".
  virtual std::string configure(const CheckOptions &Options) {
    (void)Options;
    return "";
  }
  virtual void run(const Solution &S, FindingSink &Sink) = 0;
  /// Asked after all checks have run; may add findings about what none used.
  virtual void review(const Solution &S, const Review &R, FindingSink &Sink) {
    (void)S, (void)R, (void)Sink;
  }

protected:
  /// The value of \p Option, or its default.
  std::string option(const CheckOptions &Options, llvm::StringRef Name) const;
  /// Reads an option that is 'true' or 'false' into \p On. Returns a message for
  /// a bad value, or "".
  std::string readSwitch(const CheckOptions &Options, llvm::StringRef Name,
                         bool &On) const;

private:
  const CheckDescriptor &Described;
};

/// Whether the effect happens on a loop or, if \p WithGil, with Python's GIL
/// held.
bool runsOnLoop(const Solution &S, const EffectSite &Site, bool WithGil);

using CheckList = std::vector<std::unique_ptr<Check>>;

} // namespace nostall

//===- Suppressions.cpp - stalls that shall not be reported -----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "reporter/Suppressions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/YAMLTraits.h"
#include "llvm/Support/raw_ostream.h"

namespace nostall::report {
namespace {

struct SuppressionFile {
  std::vector<SuppressionUse> Rules;
};

} // namespace
} // namespace nostall::report

LLVM_YAML_IS_SEQUENCE_VECTOR(nostall::report::SuppressionUse)

namespace llvm::yaml {

template <> struct MappingTraits<nostall::report::SuppressionUse> {
  static void mapping(IO &In, nostall::report::SuppressionUse &Rule) {
    In.mapRequired("function", Rule.Function);
    In.mapOptional("cause", Rule.Cause);
    In.mapRequired("reason", Rule.Reason);
  }
  static std::string validate(IO &In, nostall::report::SuppressionUse &Rule) {
    // What is missing is not empty as well.
    if (static_cast<Input &>(In).error())
      return "";
    if (Rule.Function.empty())
      return "'function' is empty; \"*\" is any function";
    if (Rule.Reason.empty())
      return "'reason' is empty";
    return "";
  }
};

template <> struct MappingTraits<nostall::report::SuppressionFile> {
  static void mapping(IO &In, nostall::report::SuppressionFile &File) {
    In.mapRequired("suppressions", File.Rules);
  }
};

} // namespace llvm::yaml

namespace nostall::report {

bool matchesWildcards(std::string_view Pattern, std::string_view Text) {
  // On a mismatch the last star takes one character more.
  size_t P = 0, T = 0, Star = std::string_view::npos, Taken = 0;
  while (T < Text.size()) {
    if (P < Pattern.size() && Pattern[P] == '*') {
      Star = P++;
      Taken = T;
    } else if (P < Pattern.size() &&
               (Pattern[P] == '?' || Pattern[P] == Text[T])) {
      ++P;
      ++T;
    } else if (Star != std::string_view::npos) {
      P = Star + 1;
      T = ++Taken;
    } else {
      return false;
    }
  }
  while (P < Pattern.size() && Pattern[P] == '*')
    ++P;
  return P == Pattern.size();
}

std::optional<std::vector<SuppressionUse>>
readSuppressions(const std::string &File, std::string &Error) {
  auto Buffer = llvm::MemoryBuffer::getFile(File);
  if (!Buffer) {
    Error = File + ": " + Buffer.getError().message() + "\n";
    return std::nullopt;
  }
  struct Sink {
    const std::string &File;
    std::string &Error;
  } Handler{File, Error};
  auto Report = [](const llvm::SMDiagnostic &D, void *Opaque) {
    auto *To = static_cast<Sink *>(Opaque);
    llvm::raw_string_ostream OS(To->Error);
    OS << To->File << ':' << std::max(D.getLineNo(), 1) << ':'
       << D.getColumnNo() + 1 << ": error: " << D.getMessage() << '\n';
  };
  llvm::StringRef Text = (*Buffer)->getBuffer();
  if (Text.trim().empty()) {
    Error = File + ":1:1: error: the file is empty\n";
    return std::nullopt;
  }
  llvm::yaml::Input In(Text, nullptr, Report, &Handler);
  SuppressionFile Content;
  In >> Content;
  if (In.error())
    return std::nullopt;
  return std::move(Content.Rules);
}

SuppressionUse *findSuppression(std::vector<SuppressionUse> &Rules,
                                const std::string &Cause,
                                const std::string &Call, const Stack &Frames) {
  for (SuppressionUse &Rule : Rules) {
    if (!Rule.Cause.empty() && Rule.Cause != Cause)
      continue;
    // A stall without a stack is in no function, but in any.
    bool Matches = Rule.Function == "*" ||
                   (!Call.empty() && matchesWildcards(Rule.Function, Call));
    Matches |= llvm::any_of(Frames, [&](const Frame &F) {
      return !F.Function.empty() && matchesWildcards(Rule.Function, F.Function);
    });
    if (Matches)
      return &Rule;
  }
  return nullptr;
}

} // namespace nostall::report

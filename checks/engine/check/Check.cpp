//===- Check.cpp - a rule about event loops ---------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "engine/check/Check.h"

#include "llvm/ADT/STLExtras.h"

#include <cassert>

namespace nostall {

std::string Check::option(const CheckOptions &Options,
                          llvm::StringRef Name) const {
  auto Declared = llvm::find_if(
      Described.Options,
      [&](const OptionDescriptor &O) { return O.Name == Name; });
  assert(Declared != Described.Options.end() && "option is not declared");
  auto It = Options.find((Described.Name + "." + Name).str());
  return It == Options.end() ? Declared->Default.str() : It->second;
}

std::string Check::readSwitch(const CheckOptions &Options, llvm::StringRef Name,
                              bool &On) const {
  std::string Value = option(Options, Name);
  if (Value != "true" && Value != "false")
    return "'" + Value + "' is neither true nor false";
  On = Value == "true";
  return "";
}

bool runsOnLoop(const Solution &S, const EffectSite &Site, bool WithGil) {
  uint32_t Call = Site.Call - S.P.function(Site.In).FirstCall;
  return S.Where.isOnLoop(Site.In) &&
         S.Where.isCallOnLoop(Site.In, Call, Site.Down, Site.SinkIn,
                              Site.SinkCall -
                                  S.P.function(Site.SinkIn).FirstCall) &&
         (WithGil || !S.Where.holdsGil(Site.In, Call));
}

} // namespace nostall

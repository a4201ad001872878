//===- ExecutionContext.cpp - where code runs -------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "model/ExecutionContext.h"

namespace nostall {

std::string_view name(RootKind K) {
  switch (K) {
  case RootKind::Coroutine:
    return "coroutine";
  case RootKind::Callback:
    return "callback";
  case RootKind::Override:
    return "override";
  case RootKind::Loop:
    return "event-loop";
  case RootKind::Awaiter:
    return "awaiter";
  case RootKind::Annotated:
    return "annotated";
  case RootKind::HoldsGIL:
    return "holds-gil";
  }
  return "";
}

} // namespace nostall

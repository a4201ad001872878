//===- Registry.h - all checks ----------------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/check/Check.h"

namespace nostall {

/// All checks, sorted by name. Generated from the folders beside this file.
CheckList createChecks();

} // namespace nostall

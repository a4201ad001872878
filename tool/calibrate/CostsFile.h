//===- CostsFile.h - a machine's costs as a file ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What `nostall calibrate` writes and `nostall check` reads; docs/formats.md
// describes it.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/MachineCosts.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

#include <string>

namespace nostall {

void writeCosts(const MachineCosts &Costs, llvm::raw_ostream &OS);

/// Fails with a message that names the file and what is wrong with it.
llvm::Expected<MachineCosts> readCosts(llvm::StringRef Path);

/// $XDG_CONFIG_HOME/nostall/costs.json, or ~/.config/...; "" without a home.
std::string usualCostsFile();

} // namespace nostall

//===- CallCosts.h - how long blocking calls take here ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Makes the calls that programs make, some tens of times each, and times them.
// Files are made in one folder and removed; one process is started for each
// sample of `process`; one name that cannot exist is looked up. Nothing else
// of the machine is touched.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/MachineCosts.h"

#include <map>
#include <string>
#include <vector>

namespace nostall {

struct CallCostResult {
  std::map<std::string, MeasuredCost> Calls;
  std::vector<std::string> Errors; ///< What could not be measured, and why.
};

/// Files go to a new folder in \p Folder. Takes up to fifteen seconds, most of
/// it for a name server that does not answer. Starts processes and a thread;
/// not for a program that has threads of its own.
CallCostResult measureCallCosts(const std::string &Folder);

} // namespace nostall

//===- Fingerprints.h - what makes a finding the same -----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A fingerprint is what a baseline knows a finding by: made of what a person
// would call the same finding after moving lines about.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/Finding.h"

#include "llvm/ADT/ArrayRef.h"

namespace nostall {

/// Gives each of \p Findings, which stand in their final order, its
/// fingerprint, and to the calls that it stands for besides; of these, each is
/// kept once.
void giveFingerprints(llvm::MutableArrayRef<Finding> Findings);

} // namespace nostall

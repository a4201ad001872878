//===- CheckDocs.h - the documentation of checks ----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "llvm/ADT/StringRef.h"

namespace nostall {

/// The README.md of a check's folder, compiled in; empty for unknown names.
llvm::StringRef checkDocumentation(llvm::StringRef Check);

} // namespace nostall

//===- SummaryIO.h - summaries as files -------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Writes and reads the FlatBuffers file of Summary.fbs. Equal summaries give
// equal bytes. A file is verified before anything in it is believed: its
// structure by FlatBuffers, every index by SummaryValidator.h.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "model/LUSummary.h"
#include "model/TUSummary.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <string>

namespace nostall {

/// Raised when a table or an enumerator changes.
inline constexpr uint32_t SummaryFormat = 7;

std::string serialize(const SummaryTables &Tables);

/// \p Name is for messages.
llvm::Expected<LUSummary> deserialize(llvm::StringRef Bytes,
                                      llvm::StringRef Name);

/// Writes to a temporary file and renames, so that readers never see half.
llvm::Error writeSummaryFile(const SummaryTables &Tables, llvm::StringRef Path);
llvm::Expected<LUSummary> readSummaryFile(llvm::StringRef Path);

} // namespace nostall

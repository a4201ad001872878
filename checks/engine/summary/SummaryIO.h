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

#include "llvm/ADT/SmallVector.h"
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
/// The same with less memory and, for large programs, two threads: tables are
/// freed as soon as they are packed.
llvm::Error writeSummaryFile(SummaryTables &&Tables, llvm::StringRef Path);

llvm::Expected<LUSummary> readSummaryFile(llvm::StringRef Path);

/// Reads many files in turn; memory is kept from one to the next.
class SummaryReader {
public:
  /// \p Into has the file's tables alone afterwards; nothing that can be
  /// relied on after an error.
  llvm::Error read(llvm::StringRef Path, LUSummary &Into);

private:
  llvm::SmallVector<char, 0> Bytes;
};

} // namespace nostall

//===- KnowledgeVerifier.h - knowledge against headers ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Knowledge is data, and a misspelt name in it is silently without effect.
// The verifier includes the headers that a knowledge file names and checks
// that every function, signature, argument, type and variable is there.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "engine/knowledge/Knowledge.h"

#include <string>
#include <vector>

namespace nostall {

struct VerificationResult {
  /// One line each: "boost::asio::foo: no such function".
  std::vector<std::string> Problems;
  unsigned Verified = 0;
  /// Entries marked optional that the headers do not have.
  unsigned Absent = 0;
};

/// Parses the library's headers with its flags. A header that cannot be
/// parsed is a problem like others.
VerificationResult verifyKnowledge(const LibraryKnowledge &Library);

} // namespace nostall

//===- CheckDocs.cpp - the documentation of checks --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cli/CheckDocs.h"

#include "cli/CheckDocTexts.h"

namespace nostall {

llvm::StringRef checkDocumentation(llvm::StringRef Check) {
  for (const CheckDocText &Doc : checkDocTexts())
    if (Check == llvm::StringRef(Doc.Name))
      return Doc.Text;
  return "";
}

} // namespace nostall

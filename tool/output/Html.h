//===- Html.h - findings and stalls as one HTML page ------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The page is built from tool/output/html and compiled in; the documents that
// it shows are the JSON of docs/formats.md, so the renderer knows neither the
// analysis nor the reporter.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "output/Excerpts.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

namespace nostall {

/// Refers to texts of the caller.
struct HtmlInput {
  llvm::StringRef Findings; ///< Rendered JSON of findings; empty: none.
  llvm::StringRef Stalls;   ///< Rendered JSON of a stall report; empty: none.
  Excerpts Sources;
};

/// Whether this nostall has the page: not with NOSTALL_HTML=OFF.
bool hasHtml();

/// One file that shows everything without a network. Texts of \p Input may
/// hold anything that JSON can. Only where hasHtml().
void renderHtml(const HtmlInput &Input, llvm::raw_ostream &OS);

} // namespace nostall

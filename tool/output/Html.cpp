//===- Html.cpp - findings and stalls as one HTML page ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "output/Html.h"

#include "output/HtmlTemplate.h"

#include "llvm/Support/JSON.h"

#include <cassert>

namespace nostall {
namespace {

using llvm::StringRef;

/// JSON for a script element: without white space between its tokens, and
/// without what HTML or JavaScript would see in its strings. A "<" might start
/// "</script" or "<!--", and U+2028 and U+2029 end lines of JavaScript.
void embed(StringRef Json, llvm::raw_ostream &OS) {
  bool InString = false;
  for (size_t I = 0; I < Json.size(); ++I) {
    char C = Json[I];
    if (!InString) {
      if (C == ' ' || C == '\n' || C == '\t' || C == '\r')
        continue;
      InString = C == '"';
      OS << C;
    } else if (C == '\\' && I + 1 < Json.size()) {
      OS << C << Json[++I];
    } else if (C == '<') {
      OS << "\\u003c";
    } else if (StringRef Rest = Json.substr(I);
               Rest.starts_with("\xe2\x80\xa8") ||
               Rest.starts_with("\xe2\x80\xa9")) {
      OS << (Rest[2] == '\xa8' ? "\\u2028" : "\\u2029");
      I += 2;
    } else {
      InString = C != '"';
      OS << C;
    }
  }
}

/// {"FILE": [[FIRST, ["LINE", ...]], ...], ...}
std::string sourcesJson(const Excerpts &Sources) {
  std::string Text;
  llvm::raw_string_ostream OS(Text);
  llvm::json::OStream J(OS);
  J.object([&] {
    for (const auto &[File, Parts] : Sources)
      J.attributeArray(llvm::json::fixUTF8(File), [&] {
        for (const Excerpt &Part : Parts)
          J.array([&] {
            J.value(Part.First);
            J.array([&] {
              for (const std::string &Line : Part.Lines)
                J.value(llvm::json::fixUTF8(Line));
            });
          });
      });
  });
  return Text;
}

} // namespace

bool hasHtml() { return !htmlTemplate().empty(); }

void renderHtml(const HtmlInput &Input, llvm::raw_ostream &OS) {
  assert(hasHtml() && "built without the page");
  std::string Sources = sourcesJson(Input.Sources);
  StringRef Rest = htmlTemplate().front().Text;
  auto Put = [&](StringRef Mark, StringRef Json) {
    auto [Before, After] = Rest.split(Mark);
    OS << Before;
    embed(Json.empty() ? "null" : Json, OS);
    Rest = After;
  };
  Put("@@NOSTALL_FINDINGS@@", Input.Findings);
  Put("@@NOSTALL_STALLS@@", Input.Stalls);
  Put("@@NOSTALL_SOURCES@@", Sources);
  OS << Rest;
}

} // namespace nostall

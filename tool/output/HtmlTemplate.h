//===- HtmlTemplate.h - the page of the HTML report, compiled in -*- C++
//-*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include <span>
#include <string_view>

namespace nostall {

struct HtmlTemplateText {
  std::string_view Name;
  std::string_view Text;
};

/// One text, bundled from tool/output/html; none where nostall was built with
/// NOSTALL_HTML=OFF.
std::span<const HtmlTemplateText> htmlTemplate();

} // namespace nostall

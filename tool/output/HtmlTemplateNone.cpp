//===- HtmlTemplateNone.cpp - for NOSTALL_HTML=OFF --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "output/HtmlTemplate.h"

namespace nostall {

std::span<const HtmlTemplateText> htmlTemplate() { return {}; }

} // namespace nostall

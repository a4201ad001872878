//===- CheckDocTexts.h - README.md of each check, compiled in ---*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include <span>
#include <string_view>

namespace nostall {

struct CheckDocText {
  std::string_view Name;
  std::string_view Text;
};

/// Generated from checks/rules/*/README.md.
std::span<const CheckDocText> checkDocTexts();

} // namespace nostall

//===- FramelessLibrary.h - a library without frame pointers ----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

/// Calls \p Callback with \p Argument once, some frames below.
extern "C" void frameless_visit(void (*Callback)(void *), void *Argument);

//===- control/empty.c - a preloaded library that does nothing ----*- C -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

/// Not an empty file, which C does not allow.
extern int EmptyLibrary;
int EmptyLibrary;

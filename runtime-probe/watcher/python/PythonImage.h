//===- PythonImage.h - the interpreter in a process -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "watcher/python/RemoteMemory.h"

#include <optional>
#include <string>

namespace nostall {

/// Addresses of the interpreter's variables in the process.
struct PythonImage {
  uint64_t Runtime = 0;     ///< _PyRuntime
  uint64_t CodeType = 0;    ///< PyCode_Type
  uint64_t UnicodeType = 0; ///< PyUnicode_Type
  uint64_t BytesType = 0;   ///< PyBytes_Type
};

/// Looks for CPython 3.11 in the program itself and in the python and libpython
/// files it has mapped. Otherwise nothing, and \p Reason is one clause for the
/// user: no Python at all, another version, not loaded completely yet.
std::optional<PythonImage> findPythonImage(pid_t Pid, RemoteMemory &Memory,
                                           std::string &Reason);

} // namespace nostall

//===- DebugFiles.h - files that describe a module --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The file at a module's path may be another one by now: it was rebuilt, or the
// program ran in a container or on another host. Only a file with the build-id
// of the module that ran is looked at; wrong lines would be worse than none.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "llvm/ADT/StringRef.h"
#include "llvm/Object/ELFObjectFile.h"

#include <string>
#include <vector>

namespace nostall::report {

using ObjectFile = llvm::object::OwningBinary<llvm::object::ELFObjectFileBase>;

struct DebugFiles {
  ObjectFile Symbols;  ///< With the fuller symbol table.
  ObjectFile Debug;    ///< With debug information; empty if Symbols has it.
  std::string Problem; ///< What is missing, for people; empty: nothing.
};

/// Looks at \p Path, and for \p BuildId (raw bytes) in \p Folders and the
/// system's folder of debug files.
DebugFiles findDebugFiles(llvm::StringRef Path, llvm::StringRef BuildId,
                          const std::vector<std::string> &Folders);

/// Whether code can be at \p Address: the program headers say so.
bool isCode(const llvm::object::ELFObjectFileBase &Object, uint64_t Address);

} // namespace nostall::report

//===- FilesAsFound.h - files without their links' ends ---------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "llvm/Support/VirtualFileSystem.h"

namespace nostall {

/// The real file system, in which an opened file has the name that it was asked
/// for by, and not the one to which symbolic links lead. A build in a sandbox
/// sees its sources through such links, and their ends are no names for them.
llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> filesAsFound();

} // namespace nostall

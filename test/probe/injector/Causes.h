//===- Causes.h - the ways to hold up a thread ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "Injection.h"

namespace inject {

// CpuCauses.cpp
Cause userSpin();
Cause systemCpu();
Cause minorFaults();
// FaultCauses.cpp
Cause userfault();
// WaitCauses.cpp
Cause sleepByNanosleep();
Cause sleepByUsleep();
Cause condition();
Cause semaphore();
// LockCauses.cpp
Cause mutex();
Cause rwlock();
// DescriptorCauses.cpp
Cause pipeRead();
Cause socketRecv();
Cause pollOne();
Cause childWait();
// FileCauses.cpp
Cause fileRead();
Cause fileSync();
Cause mappedFile();
// DnsCause.cpp
Cause hostLookup();

} // namespace inject

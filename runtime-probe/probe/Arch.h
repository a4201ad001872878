//===- Arch.h - what differs between processors -----------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "wire/Layout.h"

#include <ucontext.h>

#if !defined(__x86_64__)
#error "the probe knows x86-64 only: see docs/adr/0011"
#endif

namespace nostall::probe {

inline uint64_t readTsc() { return __builtin_ia32_rdtsc(); }

/// A system call that no interposer sees, ours neither, and that leaves errno
/// alone: the result is negative for an error.
inline long rawSyscall(long Number, long A = 0, long B = 0, long C = 0,
                       long D = 0, long E = 0, long F = 0) {
  long Result;
  register long R10 __asm__("r10") = D;
  register long R8 __asm__("r8") = E;
  register long R9 __asm__("r9") = F;
  __asm__ volatile("syscall"
                   : "=a"(Result)
                   : "a"(Number), "D"(A), "S"(B), "d"(C), "r"(R10), "r"(R8),
                     "r"(R9)
                   : "rcx", "r11", "memory");
  return Result;
}

/// The registers as they are here. The caller's frame stays as long as the
/// function this is inlined in does not return, so a debugger, or our watcher,
/// can unwind from them meanwhile.
__attribute__((always_inline)) inline void capture(wire::Registers &Into) {
  __asm__ volatile("leaq 1f(%%rip), %%rax\n"
                   "1:\n\t"
                   "movq %%rax, 0(%0)\n\t"
                   "movq %%rsp, 8(%0)\n\t"
                   "movq %%rbp, 16(%0)\n\t"
                   "movq %%rbx, 24(%0)\n\t"
                   "movq %%r12, 32(%0)\n\t"
                   "movq %%r13, 40(%0)\n\t"
                   "movq %%r14, 48(%0)\n\t"
                   "movq %%r15, 56(%0)"
                   :
                   : "r"(&Into)
                   : "rax", "memory");
}

inline wire::Registers registersOf(const ucontext_t *Context) {
  const greg_t *R = Context->uc_mcontext.gregs;
  auto Of = [R](int Index) { return static_cast<uint64_t>(R[Index]); };
  return {Of(REG_RIP), Of(REG_RSP), Of(REG_RBP), Of(REG_RBX),
          Of(REG_R12), Of(REG_R13), Of(REG_R14), Of(REG_R15)};
}

/// The ABI lets a leaf function use this much below the stack pointer.
inline constexpr uint64_t RedZone = 128;

/// glibc places a thread's control block at the upper end of its stack.
inline uint64_t threadControlBlock() {
  uint64_t Base;
  __asm__("movq %%fs:0, %0" : "=r"(Base));
  return Base;
}

} // namespace nostall::probe

//===- Exec.cpp - no signal of ours outlives the program --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// execve() resets handlers but keeps pending signals: the sampler's, sent just
// before, would kill the new program. So the thread takes the gate through
// which the watcher sends, and gives it back when exec fails.
//
//===----------------------------------------------------------------------===//

#include "probe/Probe.h"

#include <alloca.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

using namespace nostall;
using namespace nostall::probe;

namespace {

/// The thread's slot, unless this is the child of a vfork(), which borrows its
/// parent's memory. Under a filter no signal is sent, and nothing is asked.
wire::Slot *ownSlot() {
  wire::Slot *S = Thread.Slot;
  return S && isOwnProcess() && !underSeccomp() &&
                 rawSyscall(SYS_gettid) == S->Tid
             ? S
             : nullptr;
}

class Gate {
  wire::Slot *S = ownSlot();

public:
  Gate() {
    if (!S)
      return;
    if (S->Signal.load())
      closeSignalGate(S);
    // The loop ends with this program; its thread id lives on.
    S->State.store(wire::Slot::Ended, std::memory_order_release);
  }
  ~Gate() { // exec failed
    if (!S)
      return;
    // When the watcher has taken the slot back meanwhile, the loop gets another.
    uint32_t Expected = wire::Slot::Ended;
    if (!S->State.compare_exchange_strong(Expected, wire::Slot::Used)) {
      Thread.Active = nullptr;
      Thread.Slot = nullptr;
      Thread.Loop = LoopIdentity{};
      return;
    }
    S->SignalGate.store(wire::Slot::GateFree);
  }
};

template <typename... Args> int next(const char *Name, Args... Arguments) {
  auto *Real = reinterpret_cast<int (*)(Args...)>(nextSymbol(Name));
  Gate G;
  return Real(Arguments...);
}

using Vector = char *const *;

} // namespace

#define NOSTALL_EXEC(NAME, PARAMS, ...)                                        \
  NOSTALL_EXPORT int wrap_##NAME PARAMS __asm__(#NAME);                        \
  int wrap_##NAME PARAMS { return next(#NAME, __VA_ARGS__); }

NOSTALL_EXEC(execve, (const char *Path, Vector Argv, Vector Env), Path, Argv,
             Env)
NOSTALL_EXEC(execv, (const char *Path, Vector Argv), Path, Argv)
NOSTALL_EXEC(execvp, (const char *File, Vector Argv), File, Argv)
NOSTALL_EXEC(execvpe, (const char *File, Vector Argv, Vector Env), File, Argv,
             Env)
NOSTALL_EXEC(fexecve, (int Fd, Vector Argv, Vector Env), Fd, Argv, Env)

namespace {
// The arguments of execl and its like as the array that execv takes; *Env is
// what follows the null.
size_t countArguments(va_list List) {
  size_t Count = 1;
  while (va_arg(List, char *))
    ++Count;
  return Count;
}
} // namespace

#define NOSTALL_EXECL(NAME, VNAME, HASENV)                                     \
  NOSTALL_EXPORT int wrap_##NAME(const char *, const char *, ...)              \
      __asm__(#NAME);                                                          \
  int wrap_##NAME(const char *Path, const char *First, ...) {                  \
    va_list List;                                                              \
    va_start(List, First);                                                     \
    size_t Count = First ? countArguments(List) : 0;                           \
    va_end(List);                                                              \
    auto **Argv =                                                              \
        static_cast<char **>(alloca((Count + 1) * sizeof(char *)));            \
    va_start(List, First);                                                     \
    Argv[0] = const_cast<char *>(First);                                       \
    for (size_t I = 1; I <= Count; ++I)                                        \
      Argv[I] = va_arg(List, char *);                                          \
    [[maybe_unused]] Vector Env = HASENV ? va_arg(List, Vector) : nullptr;     \
    va_end(List);                                                              \
    if constexpr (HASENV)                                                      \
      return next("execve", Path, static_cast<Vector>(Argv), Env);             \
    else                                                                       \
      return next(VNAME, Path, static_cast<Vector>(Argv));                     \
  }
NOSTALL_EXECL(execl, "execv", false)
NOSTALL_EXECL(execlp, "execvp", false)
NOSTALL_EXECL(execle, "execve", true)

//===- LoopWaits.cpp - where event loops wait -------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The wrappers of what event loops wait with, and of close(), which may end a
// loop.
//
//===----------------------------------------------------------------------===//

#include "probe/LoopArrival.h"

#include <dlfcn.h>
#include <linux/seccomp.h>
#include <linux/time_types.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <time.h>

using namespace nostall;
using namespace nostall::probe;

namespace {

uint64_t stackPointer() {
  return reinterpret_cast<uint64_t>(__builtin_frame_address(0));
}

int64_t fromMs(int Ms) { return Ms < 0 ? -1 : int64_t(Ms) * 1'000'000; }
/// Rounded up: a rest of a millisecond must not become a busy loop of zeros.
int toMs(int64_t Ns) {
  return Ns < 0 ? -1 : static_cast<int>((Ns + 999'999) / 1'000'000);
}
int64_t fromTime(const timespec *T) {
  return T ? T->tv_sec * int64_t(1'000'000'000) + T->tv_nsec : -1;
}
timespec toTime(int64_t Ns) {
  return {static_cast<time_t>(Ns / 1'000'000'000),
          static_cast<long>(Ns % 1'000'000'000)};
}

LoopIdentity byDescriptor(wire::WaitKind Kind, int Fd) { return {Kind, Fd}; }
LoopIdentity byCaller(wire::WaitKind Kind, void *Caller) {
  return {Kind, static_cast<int64_t>(reinterpret_cast<uint64_t>(Caller))};
}

/// The timeout as it was given, or what is left of it.
class RestTime {
  timespec Time = {};
  const timespec *Pointer;

public:
  RestTime(const timespec *Given, const int64_t *Rest) : Pointer(Given) {
    if (!Rest || !Given)
      return;
    Time = toTime(*Rest);
    Pointer = &Time;
  }
  const timespec *get() const { return Pointer; }
};

/// Counts to two. The sets may be anywhere: they are the kernel's to judge.
bool hasTwo(int Count, const fd_set *Read, const fd_set *Write) {
  int Seen = 0;
  for (const fd_set *Set : {Read, Write}) {
    fd_set Copy;
    size_t Bytes = (static_cast<size_t>(Count) + 63) / 64 * 8;
    if (!Set || Count <= 0 || Bytes > sizeof(Copy) ||
        !copyMemory(&Copy, Set, Bytes))
      continue;
    for (int Fd = 0; Fd < Count && Seen < 2; ++Fd)
      Seen += FD_ISSET(Fd, &Copy) ? 1 : 0;
  }
  return Seen >= 2;
}

/// Whether select() is a loop's from this place: looked at some times only,
/// since looking costs a system call.
bool selectsTwo(void *Caller, int Count, const fd_set *Read,
                const fd_set *Write) {
  ThreadState &T = Thread;
  if (Caller != T.SelectCaller) {
    T.SelectCaller = Caller;
    T.SelectLooks = 0;
    T.SelectsTwo = false;
  }
  if (!T.SelectsTwo && T.SelectLooks < 4 && !underSeccomp()) {
    ++T.SelectLooks;
    T.SelectsTwo = hasTwo(Count, Read, Write);
  }
  return T.SelectsTwo;
}

/// The next definition, also when only a library that was opened later, and
/// for itself alone, has it.
void *nextSymbolIn(const char *Name, const char *Library) {
  if (void *Found = nextSymbol(Name))
    return Found;
  void *Handle = dlopen(Library, RTLD_LAZY | RTLD_NOLOAD);
  return Handle ? dlsym(Handle, Name) : nullptr;
}

} // namespace

// Declares the wrapper NAME and `Real`, looked up at load time where possible.
#define NOSTALL_WAIT(NAME, RETURN, PARAMS)                                     \
  static RETURN(*real_##NAME) PARAMS;                                          \
  __attribute__((constructor)) static void look_up_##NAME() {                  \
    if (!real_##NAME)                                                          \
      real_##NAME =                                                            \
          reinterpret_cast<RETURN(*) PARAMS>(nextSymbol(#NAME));               \
  }                                                                            \
  NOSTALL_EXPORT RETURN wrap_##NAME PARAMS __asm__(#NAME);                     \
  RETURN wrap_##NAME PARAMS
#define NOSTALL_ENSURE(NAME)                                                   \
  if (NOSTALL_UNLIKELY(!real_##NAME))                                          \
    look_up_##NAME();

//===----------------------------------------------------------------------===//
// epoll
//===----------------------------------------------------------------------===//

NOSTALL_WAIT(epoll_wait, int,
             (int Fd, epoll_event *Events, int Max, int Timeout)) {
  NOSTALL_ENSURE(epoll_wait)
  Arrival How = arrive(byDescriptor(wire::WaitKind::EpollWait, Fd), true,
                       stackPointer());
  auto Wait = [=](const int64_t *Rest) {
    return real_epoll_wait(Fd, Events, Max, Rest ? toMs(*Rest) : Timeout);
  };
  auto Asked = [=] { return fromMs(Timeout); };
  return waitAs(How, Call_epoll_wait, Wait, Asked, Fd, Events, Max);
}

NOSTALL_WAIT(epoll_pwait, int,
             (int Fd, epoll_event *Events, int Max, int Timeout,
              const sigset_t *Mask)) {
  NOSTALL_ENSURE(epoll_pwait)
  Arrival How = arrive(byDescriptor(wire::WaitKind::EpollPwait, Fd), true,
                       stackPointer());
  auto Wait = [=](const int64_t *Rest) {
    return real_epoll_pwait(Fd, Events, Max, Rest ? toMs(*Rest) : Timeout,
                            Mask);
  };
  auto Asked = [=] { return fromMs(Timeout); };
  return waitAs(How, Call_epoll_pwait, Wait, Asked, Fd, Events, Max);
}

NOSTALL_WAIT(epoll_pwait2, int,
             (int Fd, epoll_event *Events, int Max, const timespec *Timeout,
              const sigset_t *Mask)) {
  NOSTALL_ENSURE(epoll_pwait2)
  Arrival How = arrive(byDescriptor(wire::WaitKind::EpollPwait2, Fd), true,
                       stackPointer());
  auto Wait = [=](const int64_t *Rest) {
    RestTime Time(Timeout, Rest);
    return real_epoll_pwait2(Fd, Events, Max, Time.get(), Mask);
  };
  auto Asked = [=] { return fromTime(Timeout); };
  return waitAs(How, Call_epoll_pwait2, Wait, Asked, Fd, Events, Max);
}

//===----------------------------------------------------------------------===//
// poll, select
//===----------------------------------------------------------------------===//

NOSTALL_WAIT(poll, int, (pollfd * Fds, nfds_t Count, int Timeout)) {
  NOSTALL_ENSURE(poll)
  Arrival How =
      arrive(byCaller(wire::WaitKind::Poll, __builtin_return_address(0)),
             Count >= 2, stackPointer());
  auto Wait = [=](const int64_t *Rest) {
    return real_poll(Fds, Count, Rest ? toMs(*Rest) : Timeout);
  };
  auto Asked = [=] { return fromMs(Timeout); };
  return waitAs(How, Call_poll, Wait, Asked, Fds, Count, Timeout);
}

NOSTALL_WAIT(__poll_chk, int,
             (pollfd * Fds, nfds_t Count, int Timeout, size_t Length)) {
  NOSTALL_ENSURE(__poll_chk)
  Arrival How =
      arrive(byCaller(wire::WaitKind::Poll, __builtin_return_address(0)),
             Count >= 2, stackPointer());
  auto Wait = [=](const int64_t *Rest) {
    return real___poll_chk(Fds, Count, Rest ? toMs(*Rest) : Timeout, Length);
  };
  auto Asked = [=] { return fromMs(Timeout); };
  return waitAs(How, Call_poll, Wait, Asked, Fds, Count, Timeout);
}

NOSTALL_WAIT(ppoll, int,
             (pollfd * Fds, nfds_t Count, const timespec *Timeout,
              const sigset_t *Mask)) {
  NOSTALL_ENSURE(ppoll)
  Arrival How =
      arrive(byCaller(wire::WaitKind::Ppoll, __builtin_return_address(0)),
             Count >= 2, stackPointer());
  auto Wait = [=](const int64_t *Rest) {
    RestTime Time(Timeout, Rest);
    return real_ppoll(Fds, Count, Time.get(), Mask);
  };
  auto Asked = [=] { return fromTime(Timeout); };
  return waitAs(How, Call_ppoll, Wait, Asked, Fds, Count);
}

NOSTALL_WAIT(__ppoll_chk, int,
             (pollfd * Fds, nfds_t Count, const timespec *Timeout,
              const sigset_t *Mask, size_t Length)) {
  NOSTALL_ENSURE(__ppoll_chk)
  Arrival How =
      arrive(byCaller(wire::WaitKind::Ppoll, __builtin_return_address(0)),
             Count >= 2, stackPointer());
  auto Wait = [=](const int64_t *Rest) {
    RestTime Time(Timeout, Rest);
    return real___ppoll_chk(Fds, Count, Time.get(), Mask, Length);
  };
  auto Asked = [=] { return fromTime(Timeout); };
  return waitAs(How, Call_ppoll, Wait, Asked, Fds, Count);
}

NOSTALL_WAIT(select, int,
             (int Count, fd_set *Read, fd_set *Write, fd_set *Except,
              timeval *Timeout)) {
  NOSTALL_ENSURE(select)
  Arrival How =
      arrive(byCaller(wire::WaitKind::Select, __builtin_return_address(0)),
             selectsTwo(__builtin_return_address(0), Count, Read, Write),
             stackPointer());
  // Linux leaves what remains in *Timeout, also when it was interrupted: the
  // sets are unchanged then, so the same call goes on.
  auto Wait = [=](const int64_t *) {
    return real_select(Count, Read, Write, Except, Timeout);
  };
  // What was asked for is overwritten, so lateness is not known.
  auto Asked = [] { return int64_t(-1); };
  return waitAs(How, Call_select, Wait, Asked, Count, Read, Write);
}

NOSTALL_WAIT(pselect, int,
             (int Count, fd_set *Read, fd_set *Write, fd_set *Except,
              const timespec *Timeout, const sigset_t *Mask)) {
  NOSTALL_ENSURE(pselect)
  Arrival How =
      arrive(byCaller(wire::WaitKind::Pselect, __builtin_return_address(0)),
             selectsTwo(__builtin_return_address(0), Count, Read, Write),
             stackPointer());
  auto Wait = [=](const int64_t *Rest) {
    RestTime Time(Timeout, Rest);
    return real_pselect(Count, Read, Write, Except, Time.get(), Mask);
  };
  auto Asked = [=] { return fromTime(Timeout); };
  return waitAs(How, Call_pselect, Wait, Asked, Count, Read, Write);
}

//===----------------------------------------------------------------------===//
// libaio, liburing
//===----------------------------------------------------------------------===//

// These are no part of libc: when nobody has them, the program that found ours
// had asked for something that is not there.
#define NOSTALL_LIBRARY_WAIT(LIBRARY, NAME, RETURN, PARAMS)                    \
  static RETURN(*real_##NAME) PARAMS;                                          \
  static void look_up_##NAME() {                                               \
    real_##NAME = reinterpret_cast<RETURN(*) PARAMS>(                          \
        nextSymbolIn(#NAME, LIBRARY));                                         \
  }                                                                            \
  NOSTALL_EXPORT RETURN wrap_##NAME PARAMS __asm__(#NAME);                     \
  RETURN wrap_##NAME PARAMS

#define NOSTALL_RING_WAIT(NAME, PARAMS, RING, TIMEOUT, ARGS)                   \
  NOSTALL_LIBRARY_WAIT("liburing.so.2", NAME, int, PARAMS) {                   \
    NOSTALL_ENSURE(NAME)                                                       \
    if (!real_##NAME)                                                          \
      return -ENOSYS;                                                          \
    Arrival How = arrive(byCaller(wire::WaitKind::IoUring, RING), true,        \
                         stackPointer());                                      \
    /* liburing returns the negative error instead of errno. */                \
    auto Wait = [&] { return real_##NAME ARGS; };                              \
    if (How == Arrival::Edge) {                                                \
      int Result = Wait();                                                    \
      KeepErrno Keep;                                                          \
      beginIteration(Thread.Slot, Result >= 0 ? 1 : 0, -1);                    \
      return Result;                                                           \
    }                                                                          \
    wire::Slot *S = How == Arrival::Nested ? recording() : nullptr;            \
    if (!S)                                                                    \
      return Wait();                                                           \
    return recorded<int>(S, Call_syscall, Wait, RING);      \
  }

NOSTALL_RING_WAIT(__io_uring_get_cqe,
                  (void *Ring, void **Cqe, unsigned Submit, unsigned Count,
                   sigset_t *Mask),
                  Ring, -1, (Ring, Cqe, Submit, Count, Mask))
NOSTALL_RING_WAIT(io_uring_wait_cqes,
                  (void *Ring, void **Cqe, unsigned Count,
                   __kernel_timespec *Time, sigset_t *Mask),
                  Ring, -1, (Ring, Cqe, Count, Time, Mask))
NOSTALL_RING_WAIT(io_uring_wait_cqe_timeout,
                  (void *Ring, void **Cqe, __kernel_timespec *Time), Ring, -1,
                  (Ring, Cqe, Time))
NOSTALL_RING_WAIT(io_uring_submit_and_wait, (void *Ring, unsigned Count), Ring,
                  -1, (Ring, Count))
NOSTALL_RING_WAIT(io_uring_submit_and_wait_timeout,
                  (void *Ring, void **Cqe, unsigned Count,
                   __kernel_timespec *Time, sigset_t *Mask),
                  Ring, -1, (Ring, Cqe, Count, Time, Mask))

NOSTALL_LIBRARY_WAIT("libaio.so.1", io_getevents, int,
                     (void *Context, long Min, long Max, void *Events,
                      timespec *Timeout)) {
  NOSTALL_ENSURE(io_getevents)
  if (!real_io_getevents)
    return -ENOSYS;
  Arrival How = arrive(byCaller(wire::WaitKind::IoGetevents, Context),
                       Min > 0, stackPointer());
  // Also this one returns the negative error.
  auto Wait = [=](const int64_t *) {
    return real_io_getevents(Context, Min, Max, Events, Timeout);
  };
  auto Asked = [=] { return fromTime(Timeout); };
  return waitAs(How, Call_syscall, Wait, Asked, Context, Min, Max);
}

//===----------------------------------------------------------------------===//
// syscall, prctl, close
//===----------------------------------------------------------------------===//

namespace {
void notePrctl(int Option, long Value) {
  if ((Option == PR_SET_SECCOMP && Value == SECCOMP_MODE_STRICT) ||
      (Option == PR_SET_TSC && Value == PR_TSC_SIGSEGV))
    giveUp();
  else if (Option == PR_SET_SECCOMP)
    noteSeccomp();
}
} // namespace

// Fixed arguments instead of an ellipsis: the call that is only passed on is
// then a jump, as it must be for a clone() that returns twice on this stack.
NOSTALL_WAIT(syscall, long,
             (long Number, long A, long B, long C, long D, long E, long F)) {
  NOSTALL_ENSURE(syscall)
  if (NOSTALL_UNLIKELY(Number == SYS_seccomp))
    A == SECCOMP_SET_MODE_STRICT ? giveUp() : noteSeccomp();
  if (NOSTALL_UNLIKELY(Number == SYS_prctl))
    notePrctl(static_cast<int>(A), B);
  if (NOSTALL_LIKELY(!Session || Number == SYS_clone || Number == SYS_clone3 ||
                     Number == SYS_vfork || Number == SYS_fork))
    return real_syscall(Number, A, B, C, D, E, F);
  auto Wait = [=](const int64_t *) {
    return real_syscall(Number, A, B, C, D, E, F);
  };
  if (Number == SYS_io_uring_enter && C > 0) {
    Arrival How =
        arrive(byDescriptor(wire::WaitKind::IoUring, static_cast<int>(A)), true,
               stackPointer());
    auto Asked = [] { return int64_t(-1); };
    return waitAs(How, Call_syscall, Wait, Asked, Number, A, B);
  }
  if (Number == SYS_epoll_wait || Number == SYS_epoll_pwait) {
    auto Kind = Number == SYS_epoll_wait ? wire::WaitKind::EpollWait
                                         : wire::WaitKind::EpollPwait;
    Arrival How =
        arrive(byDescriptor(Kind, static_cast<int>(A)), true, stackPointer());
    auto Timed = [=](const int64_t *Rest) {
      return real_syscall(Number, A, B, C, Rest ? toMs(*Rest) : D, E, F);
    };
    auto Asked = [=] { return fromMs(static_cast<int>(D)); };
    return waitAs(How, Call_syscall, Timed, Asked, Number, A, B);
  }
  wire::Slot *S = recording();
  if (NOSTALL_LIKELY(!S))
    return real_syscall(Number, A, B, C, D, E, F);
  return recorded<long>(S, Call_syscall, [&] { return Wait(nullptr); }, Number, A, B);
}

NOSTALL_WAIT(prctl, int, (int Option, long A, long B, long C, long D)) {
  NOSTALL_ENSURE(prctl)
  notePrctl(Option, A);
  return real_prctl(Option, A, B, C, D);
}

NOSTALL_WAIT(close, int, (int Fd)) {
  NOSTALL_ENSURE(close)
  ThreadState &T = Thread;
  if (NOSTALL_UNLIKELY(T.Slot && T.Loop.Id == Fd &&
                       T.Loop.Kind != wire::WaitKind::None &&
                       T.Loop.Kind <= wire::WaitKind::EpollPwait2)) {
    // The loop's own descriptor: the loop is over, and what the thread does
    // now stalls nobody.
    if (T.Active && isOwnProcess())
      dropIteration(T.Active);
    T.Loop = T.Candidate = LoopIdentity{};
  }
  wire::Slot *S = recording();
  if (NOSTALL_LIKELY(!S))
    return real_close(Fd);
  return recorded<int>(S, Call_close, [&] { return real_close(Fd); }, Fd);
}

namespace nostall::probe {
// Seen by Manual.cpp.
void adoptManual(wire::Slot *S) {
  adopt(S, {wire::WaitKind::Manual, 0}, stackPointer());
}
} // namespace nostall::probe

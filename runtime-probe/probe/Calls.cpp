//===- Calls.cpp - the wrappers that Calls.def describes --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "probe/Resume.h"

#include <aio.h>
#include <dirent.h>
#include <fcntl.h>
#include <fts.h>
#include <ftw.h>
#include <glob.h>
#include <grp.h>
#include <mqueue.h>
#include <netdb.h>
#include <pthread.h>
#include <pwd.h>
#include <resolv.h>
#include <semaphore.h>
#include <shadow.h>
#include <gshadow.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <syslog.h>
#include <termios.h>
#include <threads.h>
#include <unistd.h>
#include <utime.h>
#include <wordexp.h>

using namespace nostall::probe;

#define NOSTALL_MORE(...) __VA_OPT__(, ) __VA_ARGS__

// The next definition is looked up by a constructor. A call that comes before
// it (another library's constructor) looks it up itself.
#define NOSTALL_WRAPPER(SYMBOL, NAME, RESUME, RETURN, PARAMS, ARGS)            \
  static RETURN(*real_##SYMBOL) PARAMS;                                        \
  NOSTALL_EXPORT RETURN wrap_##SYMBOL PARAMS __asm__(#SYMBOL);                 \
  RETURN wrap_##SYMBOL PARAMS {                                                \
    if (NOSTALL_UNLIKELY(!real_##SYMBOL))                                      \
      real_##SYMBOL = reinterpret_cast<RETURN(*) PARAMS>(nextSymbol(#SYMBOL)); \
    nostall::wire::Slot *OwnSlot = recording();                                \
    if (NOSTALL_LIKELY(!OwnSlot))                                              \
      return real_##SYMBOL ARGS;                                               \
    auto Call = [=] { return real_##SYMBOL ARGS; };                            \
    return recordedWith<RETURN, Resume::RESUME>(OwnSlot, Call_##NAME,          \
                                                Call NOSTALL_MORE ARGS);       \
  }

#define NOSTALL_CALL(NAME, CATEGORY, RESUME, RETURN, PARAMS, ARGS)             \
  NOSTALL_WRAPPER(NAME, NAME, RESUME, RETURN, PARAMS, ARGS)
#define NOSTALL_OWN(NAME, CATEGORY)
#define NOSTALL_ALIAS(SYMBOL, NAME, RETURN, PARAMS, ARGS)                      \
  NOSTALL_WRAPPER(SYMBOL, NAME, None, RETURN, PARAMS, ARGS)
#include "probe/Calls.def"
#undef NOSTALL_CALL
#undef NOSTALL_ALIAS

namespace {

// Later a lookup could be made inside a signal handler, or while the dynamic
// linker is at work.
__attribute__((constructor)) void lookUpAll() {
#define NOSTALL_LOOK_UP(SYMBOL)                                                \
  if (!real_##SYMBOL)                                                          \
    real_##SYMBOL =                                                            \
        reinterpret_cast<decltype(real_##SYMBOL)>(nextSymbol(#SYMBOL));
#define NOSTALL_CALL(NAME, CATEGORY, RESUME, RETURN, PARAMS, ARGS)             \
  NOSTALL_LOOK_UP(NAME)
#define NOSTALL_ALIAS(SYMBOL, NAME, RETURN, PARAMS, ARGS)                      \
  NOSTALL_LOOK_UP(SYMBOL)
#include "probe/Calls.def"
}

} // namespace

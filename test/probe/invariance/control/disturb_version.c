//===- disturb_version.c - a probe that mistakes a version --------*- C -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Wraps pthread_cond_timedwait by its name alone: the calls of old condition
// variables, which are another version of it, come here too and go on to the
// new one, with an object that only has a pointer.
//
//===----------------------------------------------------------------------===//

#include <dlfcn.h>
#include <pthread.h>

typedef int Wait(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);

int pthread_cond_timedwait(pthread_cond_t *Condition, pthread_mutex_t *Mutex,
                           const struct timespec *Until) {
  static Wait *Real;
  if (!Real)
    Real = (Wait *)dlsym(RTLD_NEXT, "pthread_cond_timedwait");
  return Real(Condition, Mutex, Until);
}

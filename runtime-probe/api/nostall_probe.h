/*===- nostall_probe.h - for loops that wait in no system call ---*- C -*-===*\
|*
|* Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
\*===----------------------------------------------------------------------===*/
/*
 * A program needs this only where nostall cannot see the loop by itself: it
 * polls devices or queues and never waits, or it waits in something that is not
 * interposed. The symbols are weak: nothing has to be linked, and without the
 * probe each call is a test of an address.
 *
 *   nostall_loop_enter("poller");       this thread runs a loop
 *   while (run) {
 *     struct task *t = next();
 *     if (!t) continue;                 idle: nothing is timed
 *     nostall_task_begin(t->name);      an iteration begins
 *     t->run(t);
 *     nostall_task_end();               and ends
 *   }
 *   nostall_loop_leave();
 *
 * In a loop that nostall sees by itself, task_begin and task_end only name what
 * is being done, and reports of stalls say that name.
 *
 * Threads: each call is about the calling thread. Ownership: names are not
 * copied; they must live until task_end, and should be literals. Errors: none;
 * a call that makes no sense (a task outside of a loop) is ignored.
 */
#ifndef NOSTALL_PROBE_H
#define NOSTALL_PROBE_H

#ifdef __cplusplus
extern "C" {
#endif

#define NOSTALL_WEAK __attribute__((weak))

NOSTALL_WEAK void nostall_probe_loop_enter(const char *name);
NOSTALL_WEAK void nostall_probe_loop_leave(void);
NOSTALL_WEAK void nostall_probe_task_begin(const char *name);
NOSTALL_WEAK void nostall_probe_task_end(void);

static inline void nostall_loop_enter(const char *name) {
  if (nostall_probe_loop_enter)
    nostall_probe_loop_enter(name);
}
static inline void nostall_loop_leave(void) {
  if (nostall_probe_loop_leave)
    nostall_probe_loop_leave();
}
static inline void nostall_task_begin(const char *name) {
  if (nostall_probe_task_begin)
    nostall_probe_task_begin(name);
}
static inline void nostall_task_end(void) {
  if (nostall_probe_task_end)
    nostall_probe_task_end();
}

#ifdef __cplusplus
}
#endif

#endif

//===- common/say.h - how a program tells what it saw -------------*- C -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Everything a program notices goes to descriptor 1 as lines, one write each,
// so that the order is that of the program and no stdio buffer is involved. All
// of it must be the same in each run: no pids, times or addresses.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/// errno before each call under SHOW: what a successful call must leave alone.
#define UNTOUCHED ELNRNG

static inline void writeAll(int To, const char *Text, size_t Length) {
  while (Length > 0) {
    ssize_t Written = write(To, Text, Length);
    if (Written < 0 && errno == EINTR)
      continue;
    if (Written <= 0)
      return;
    Text += Written;
    Length -= (size_t)Written;
  }
}

/// Writes a line; keeps errno, and fits a stack of PTHREAD_STACK_MIN.
__attribute__((format(printf, 1, 2))) static inline void say(const char *Format,
                                                             ...) {
  int Saved = errno;
  char Line[1024];
  va_list Arguments;
  va_start(Arguments, Format);
  int Length = vsnprintf(Line, sizeof Line - 1, Format, Arguments);
  va_end(Arguments);
  if (Length > (int)sizeof Line - 2)
    Length = (int)sizeof Line - 2;
  Line[Length++] = '\n';
  writeAll(1, Line, (size_t)Length);
  errno = Saved;
}

/// strerrorname_np without its null pointer for numbers that have no name.
static inline const char *errorName(int Error) {
  const char *Name = Error ? strerrorname_np(Error) : "0";
  return Name ? Name : "unnamed";
}

static inline long showResult(const char *Call, long Result) {
  int Error = errno;
  if (Error == UNTOUCHED)
    say("%s = %ld", Call, Result);
  else
    say("%s = %ld errno %s", Call, Result, errorName(Error));
  return Result;
}

static inline int showCode(const char *Call, int Code) {
  int Error = errno;
  say("%s = %s%s", Call, errorName(Code),
      Error == UNTOUCHED ? "" : " and errno touched");
  return Code;
}

/// Calls, and tells the result and whether errno was touched.
#define SHOW(...)                                                              \
  (errno = UNTOUCHED, showResult(#__VA_ARGS__, (long)(__VA_ARGS__)))

/// The same for calls that return the error number and leave errno alone.
#define SHOW_CODE(...) (errno = UNTOUCHED, showCode(#__VA_ARGS__, __VA_ARGS__))

static inline int expectThat(int Holds, const char *Condition) {
  say("%s %s", Holds ? "ok " : "BAD", Condition);
  return Holds;
}

/// What must hold with or without a probe; run.py refuses any "BAD" line.
#define EXPECT(...) expectThat(!!(__VA_ARGS__), #__VA_ARGS__)

/// The same without a line when it holds, for what is checked very often.
#define INSIST(...) ((__VA_ARGS__) ? 1 : expectThat(0, #__VA_ARGS__))

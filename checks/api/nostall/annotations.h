/*===- annotations.h - what the source tells nostall -------------*- C -*-===*\
|*
|* Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
\*===----------------------------------------------------------------------===*/
/*
 * Optional: nostall finds event loops and blocking calls by itself. These say
 * what it cannot see. Each stands before a function's declaration:
 *
 *   NOSTALL_LOOP         runs on the event loop
 *   NOSTALL_BLOCKING     makes its thread wait; its body is not looked into
 *   NOSTALL_NONBLOCKING  does not, whatever its body looks like
 *   NOSTALL_OFFLOAD      runs the callables it is given on a worker thread
 *
 * They change nothing in the program: compilers that do not know the attribute
 * see nothing. C and C++; no other header is needed. nostall-annotations says
 * where the program contradicts them.
 */
#ifndef NOSTALL_ANNOTATIONS_H
#define NOSTALL_ANNOTATIONS_H

#ifdef __clang__
#define NOSTALL_ANNOTATE(text) __attribute__((annotate(text)))
#else
#define NOSTALL_ANNOTATE(text)
#endif

#define NOSTALL_LOOP NOSTALL_ANNOTATE("nostall::loop")
#define NOSTALL_BLOCKING NOSTALL_ANNOTATE("nostall::blocking")
#define NOSTALL_NONBLOCKING NOSTALL_ANNOTATE("nostall::nonblocking")
#define NOSTALL_OFFLOAD NOSTALL_ANNOTATE("nostall::offload")

#endif /* NOSTALL_ANNOTATIONS_H */

//===- threads/tiny_stack.c - threads with hardly any stack -------*- C -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// PTHREAD_STACK_MIN and a page: what a wrapper, or a signal handler with all
// the vector registers, takes from it, the program does not have. The stack is
// the program's own and full of a pattern, which must be whole at its end.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "stall.h"

#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static pthread_mutex_t Mutex = PTHREAD_MUTEX_INITIALIZER;
static int Rounds;

static void block(int Round, void *Data) {
  struct timespec Short = {0, 2000000};
  int Ends[2];
  char Byte;
  sem_t Semaphore;
  (void)Data;
  spinUs(Round % 2 ? STALL_US : 200);
  INSIST(nanosleep(&Short, NULL) == 0);
  INSIST(usleep(6000) == 0);
  INSIST(poll(NULL, 0, 6) == 0);
  INSIST(socketpair(AF_UNIX, SOCK_STREAM, 0, Ends) == 0);
  INSIST(send(Ends[1], "x", 1, 0) == 1 && recv(Ends[0], &Byte, 1, 0) == 1);
  INSIST(write(Ends[1], "x", 1) == 1 && read(Ends[0], &Byte, 1) == 1);
  INSIST(close(Ends[0]) == 0 && close(Ends[1]) == 0);
  INSIST(sem_init(&Semaphore, 0, 1) == 0 && sem_wait(&Semaphore) == 0);
  INSIST(pthread_mutex_lock(&Mutex) == 0);
  ++Rounds;
  INSIST(pthread_mutex_unlock(&Mutex) == 0);
  spinUs(Round % 3 ? 200 : STALL_US);
}

static void *run(void *Data) {
  INSIST(runLoop(8, block, Data) == 0);
  return NULL;
}

int main(void) {
  size_t Size = (size_t)PTHREAD_STACK_MIN + 4096;
  enum { Threads = 8 };
  pthread_t Thread[Threads];
  char *Stacks[Threads];
  for (int Number = 0; Number < Threads; ++Number) {
    pthread_attr_t Attributes;
    // A guard page below, which an overflow hits.
    Stacks[Number] = mmap(NULL, Size + 4096, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    INSIST(mprotect(Stacks[Number], 4096, PROT_NONE) == 0);
    memset(Stacks[Number] + 4096, 0x5a, 512);
    INSIST(pthread_attr_init(&Attributes) == 0);
    INSIST(pthread_attr_setstack(&Attributes, Stacks[Number] + 4096, Size) ==
           0);
    INSIST(pthread_create(&Thread[Number], &Attributes, run, NULL) == 0);
    INSIST(pthread_attr_destroy(&Attributes) == 0);
  }
  for (int Number = 0; Number < Threads; ++Number)
    INSIST(pthread_join(Thread[Number], NULL) == 0);
  for (int Number = 0; Number < Threads; ++Number)
    for (int Byte = 0; Byte < 512; ++Byte)
      INSIST(Stacks[Number][4096 + Byte] == 0x5a);
  say("rounds %d", Rounds);
  return 0;
}

//===- thread_cancel.cpp - threads cancelled where they block ---*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// pthread_cancel of a thread blocked in a call of its loop's handler: glibc
// unwinds the stack through the call, so a wrapper must let it through, and
// cleanup handlers and destructors run. Also cancelled beforehand, with
// cancelling off, and while it computes.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <atomic>
#include <mqueue.h>
#include <poll.h>
#include <semaphore.h>
#include <sys/select.h>
#include <sys/socket.h>

static int Ends[2], Sockets[2];
static std::atomic<bool> Ready;
static int Cleaned, Destroyed;

struct Guard {
  ~Guard() { ++Destroyed; }
};

static void clean(void *) {
  struct timespec Short = {0, 1000000};
  // Blocks once more, in the middle of the unwinding.
  INSIST(nanosleep(&Short, nullptr) == 0);
  ++Cleaned;
}

static void readByte() {
  char Byte;
  INSIST(read(Ends[0], &Byte, 1) == -2);
}

static void receive() {
  char Byte;
  INSIST(recv(Sockets[0], &Byte, 1, 0) == -2);
}

static void waitEpoll() {
  struct epoll_event Event;
  int Epoll = epoll_create1(EPOLL_CLOEXEC);
  INSIST(dup2(Epoll, 80) == 80 && close(Epoll) == 0);
  INSIST(epoll_wait(80, &Event, 1, -1) == -2);
}

static void waitSemaphore() {
  static sem_t Semaphore;
  sem_init(&Semaphore, 0, 0);
  INSIST(sem_wait(&Semaphore) == -2);
}

static void waitCondition() {
  static pthread_mutex_t Mutex = PTHREAD_MUTEX_INITIALIZER;
  static pthread_cond_t Condition = PTHREAD_COND_INITIALIZER;
  pthread_mutex_lock(&Mutex);
  // Taken again before the cleanup; given back there, as POSIX wants it.
  pthread_cleanup_push(
      [](void *) { INSIST(pthread_mutex_unlock(&Mutex) == 0); }, nullptr);
  pthread_cond_wait(&Condition, &Mutex);
  INSIST(false);
  pthread_cleanup_pop(1);
}

static void waitSignal() {
  sigset_t Set;
  sigemptyset(&Set);
  sigaddset(&Set, SIGUSR2);
  INSIST(sigwaitinfo(&Set, nullptr) == -2);
}

static void joinOther() {
  static pthread_t Other;
  pthread_create(
      &Other, nullptr,
      [](void *) -> void * { return sleepUs(400000), nullptr; }, nullptr);
  pthread_cleanup_push([](void *) { pthread_join(Other, nullptr); }, nullptr);
  pthread_join(Other, nullptr);
  INSIST(false);
  pthread_cleanup_pop(1);
}

static void waitLock() {
  struct flock Lock = {};
  Lock.l_type = F_WRLCK;
  INSIST(fcntl(81, F_OFD_SETLKW, &Lock) == -2);
}

static void computeAsynchronously() {
  int Old;
  pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &Old);
  for (volatile unsigned Step = 0;;)
    Step = Step + 1;
}

static void computeThenTest() {
  for (;;) {
    spinUs(STALL_US);
    pthread_testcancel();
  }
}

/// Not while it is off; then at the first call that can be cancelled.
static void disableFirst() {
  int Old = -1;
  pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &Old);
  INSIST(Old == PTHREAD_CANCEL_ENABLE);
  sleepUs(60000);
  pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, nullptr);
  struct timespec Long = {10, 0};
  nanosleep(&Long, nullptr);
}

struct Point {
  const char *Name;
  void (*Block)();
};

static const Point Points[] = {
    {"read", readByte},
    {"recv", receive},
    {"epoll_wait", waitEpoll},
    {"poll", [] { poll(nullptr, 0, -1); }},
    {"select", [] { select(0, nullptr, nullptr, nullptr, nullptr); }},
    {"sleep", [] { sleep(100); }},
    {"sem_wait", waitSemaphore},
    {"pthread_cond_wait", waitCondition},
    {"sigwaitinfo", waitSignal},
    {"pthread_join", joinOther},
    {"pause", [] { pause(); }},
    {"fcntl", waitLock},
    {"accept", [] { accept(82, nullptr, nullptr); }},
    {"waitpid", [] { waitpid(-1, nullptr, 0); }},
    {"open", [] { open("fifo", O_RDONLY); }},
    {"system", [] { system("exec sleep 20"); }},
    {"computing", computeAsynchronously},
    {"pthread_testcancel", computeThenTest},
    {"disabled at first", disableFirst},
};

static void blockInLoop(int Round, void *Data) {
  Guard Local;
  pthread_cleanup_push(clean, nullptr);
  spinUs(STALL_US);
  if (Round == 2) {
    Ready = true;
    ((const Point *)Data)->Block();
    say("BAD not cancelled");
  }
  pthread_cleanup_pop(0);
}

static void *runThread(void *Data) {
  Guard Outer;
  Loop L = openLoop();
  pthread_cleanup_push([](void *Loop) { closeLoop((struct Loop *)Loop); }, &L);
  for (int Round = 0; Round < 4; ++Round) {
    turnLoop(&L);
    blockInLoop(Round, Data);
  }
  pthread_cleanup_pop(1);
  return nullptr;
}

static void cancelAt(const Point &At, int64_t DelayUs) {
  pthread_t Thread;
  void *Result = nullptr;
  Cleaned = Destroyed = 0;
  Ready = false;
  pthread_create(&Thread, nullptr, runThread, (void *)&At);
  while (!Ready)
    sleepUs(1000);
  sleepUs(DelayUs);
  INSIST(pthread_cancel(Thread) == 0);
  INSIST(pthread_join(Thread, &Result) == 0);
  say("%s: %s, cleaned %d, destroyed %d", At.Name,
      Result == PTHREAD_CANCELED ? "cancelled" : "not cancelled", Cleaned,
      Destroyed);
}

int main() {
  struct flock Lock = {};
  Lock.l_type = F_WRLCK;
  INSIST(pipe(Ends) == 0);
  INSIST(socketpair(AF_UNIX, SOCK_STREAM, 0, Sockets) == 0);
  INSIST(mkfifo("fifo", 0600) == 0);
  int Held = open("lock", O_RDWR | O_CREAT, 0600);
  INSIST(fcntl(Held, F_OFD_SETLK, &Lock) == 0);
  INSIST(dup2(open("lock", O_RDWR), 81) == 81);
  INSIST(dup2(socket(AF_UNIX, SOCK_STREAM, 0), 82) == 82);
  sa_family_t Unnamed = AF_UNIX;
  INSIST(bind(82, (struct sockaddr *)&Unnamed, sizeof Unnamed) == 0);
  INSIST(listen(82, 1) == 0);
  pid_t Child = fork(); // For waitpid: one that lives on.
  if (Child == 0)
    for (;;)
      pause();
  for (const Point &At : Points)
    cancelAt(At, 30000); // Blocked by then, mostly; either way is right.
  cancelAt(Points[0], 0);
  cancelAt(Points[5], 0);
  kill(Child, SIGKILL);
  SHOW(waitpid(Child, nullptr, 0) == Child);
  SHOW(waitpid(-1, nullptr, 0));
  reportSelf("end", 1);
}

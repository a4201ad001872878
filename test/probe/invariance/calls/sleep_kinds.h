//===- calls/sleep_kinds.h - the sleeps of `sleeps` -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "self.h"
#include "stall.h"

#include <linux/futex.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <threads.h>
#include <vector>

/// Sleeps for that many milliseconds by one call; whether it ended as it must.
using Sleep = bool (*)(int Ms);

struct SleepKind {
  const char *Name;
  clockid_t Clock; ///< By which it may not be short.
  Sleep Run;
};

inline struct timespec span(int Ms) { return fromNs(Ms * INT64_C(1000000)); }

inline struct timespec until(clockid_t Clock, int Ms) {
  return fromNs(nowNs(Clock) + Ms * INT64_C(1000000));
}

inline bool timedOut(long Result, int Error = EAGAIN) {
  return Result == -1 && errno == Error;
}

inline bool sleepRelative(int Ms) {
  struct timespec Time = span(Ms), Left = {7, 7};
  return clock_nanosleep(CLOCK_MONOTONIC, 0, &Time, &Left) == 0 &&
         Left.tv_sec == 7;
}

inline bool sleepAbsolute(clockid_t Clock, int Ms) {
  struct timespec Time = until(Clock, Ms);
  return clock_nanosleep(Clock, TIMER_ABSTIME, &Time, nullptr) == 0;
}

inline bool sleepNanosleep(int Ms) {
  struct timespec Time = span(Ms), Left = {7, 7};
  return nanosleep(&Time, &Left) == 0 && Left.tv_sec == 7;
}

inline bool sleepThread(int Ms) {
  struct timespec Time = span(Ms);
  return thrd_sleep(&Time, nullptr) == 0;
}

inline const std::vector<SleepKind> ClockSleeps = {
    {"nanosleep", CLOCK_MONOTONIC, sleepNanosleep},
    {"usleep", CLOCK_MONOTONIC,
     [](int Ms) { return usleep((useconds_t)Ms * 1000) == 0; }},
    {"clock_nanosleep", CLOCK_MONOTONIC, sleepRelative},
    {"clock_nanosleep until", CLOCK_MONOTONIC,
     [](int Ms) { return sleepAbsolute(CLOCK_MONOTONIC, Ms); }},
    {"clock_nanosleep until, on the wall clock", CLOCK_REALTIME,
     [](int Ms) { return sleepAbsolute(CLOCK_REALTIME, Ms); }},
    {"thrd_sleep", CLOCK_MONOTONIC, sleepThread},
};

inline int Epoll;
inline pthread_mutex_t Mutex = PTHREAD_MUTEX_INITIALIZER;
inline pthread_cond_t Condition = PTHREAD_COND_INITIALIZER;
inline sem_t Semaphore;

inline bool waitSelect(int Ms) {
  struct timeval Time = {0, Ms * 1000};
  return select(0, nullptr, nullptr, nullptr, &Time) == 0 && Time.tv_usec == 0;
}

inline bool waitPselect(int Ms) {
  struct timespec Time = span(Ms);
  return pselect(0, nullptr, nullptr, nullptr, &Time, nullptr) == 0;
}

inline bool waitPpoll(int Ms) {
  struct timespec Time = span(Ms);
  return ppoll(nullptr, 0, &Time, nullptr) == 0;
}

inline bool waitEpoll(int Ms) {
  struct epoll_event Ready;
  return epoll_wait(Epoll, &Ready, 1, Ms) == 0;
}

inline bool waitSemaphore(int Ms) {
  struct timespec Time = until(CLOCK_REALTIME, Ms);
  return timedOut(sem_timedwait(&Semaphore, &Time), ETIMEDOUT);
}

inline bool waitCondition(int Ms) {
  struct timespec Time = until(CLOCK_REALTIME, Ms);
  pthread_mutex_lock(&Mutex);
  int Code = pthread_cond_timedwait(&Condition, &Mutex, &Time);
  pthread_mutex_unlock(&Mutex);
  return Code == ETIMEDOUT;
}

inline bool waitMutex(int Ms) {
  struct timespec Time = until(CLOCK_MONOTONIC, Ms);
  pthread_mutex_lock(&Mutex);
  int Code = pthread_mutex_clocklock(&Mutex, CLOCK_MONOTONIC, &Time);
  pthread_mutex_unlock(&Mutex);
  return Code == ETIMEDOUT;
}

inline bool waitSignal(int Ms) {
  struct timespec Time = span(Ms);
  sigset_t Set;
  sigemptyset(&Set);
  sigaddset(&Set, SIGUSR2);
  return timedOut(sigtimedwait(&Set, nullptr, &Time));
}

inline const std::vector<SleepKind> WaitSleeps = {
    {"poll", CLOCK_MONOTONIC, [](int Ms) { return poll(nullptr, 0, Ms) == 0; }},
    {"ppoll", CLOCK_MONOTONIC, waitPpoll},
    {"select", CLOCK_MONOTONIC, waitSelect},
    {"pselect", CLOCK_MONOTONIC, waitPselect},
    {"epoll_wait", CLOCK_MONOTONIC, waitEpoll},
    {"sem_timedwait", CLOCK_REALTIME, waitSemaphore},
    {"pthread_cond_timedwait", CLOCK_REALTIME, waitCondition},
    {"pthread_mutex_clocklock", CLOCK_MONOTONIC, waitMutex},
    {"sigtimedwait", CLOCK_MONOTONIC, waitSignal},
};

inline int Sockets[2], SemaphoreSet, MessageQueue, TimerFd;
inline mqd_t PosixQueue;

struct Message {
  long Type;
  int Ms;
};

/// Answers a request after the time it asks for; ends with the queue.
[[noreturn]] inline void answerMessages() {
  Message Request;
  while (msgrcv(MessageQueue, &Request, sizeof Request.Ms, 1, 0) > 0) {
    struct timespec Time = span(Request.Ms);
    nanosleep(&Time, nullptr);
    Request.Type = 2;
    msgsnd(MessageQueue, &Request, sizeof Request.Ms, 0);
  }
  _exit(errno == EIDRM ? 0 : 1);
}

inline bool receiveMessage(int Ms) {
  Message Request = {1, Ms};
  return msgsnd(MessageQueue, &Request, sizeof Request.Ms, 0) == 0 &&
         msgrcv(MessageQueue, &Request, sizeof Request.Ms, 2, 0) ==
             sizeof Request.Ms;
}

inline bool receive(int Ms) {
  // Whole ticks of the kernel, in which this timeout is counted.
  struct timeval Time = {0, Ms * 1000};
  char Byte;
  INSIST(setsockopt(Sockets[0], SOL_SOCKET, SO_RCVTIMEO, &Time, sizeof Time) ==
         0);
  return timedOut(recv(Sockets[0], &Byte, 1, 0));
}

inline bool waitSemop(int Ms) {
  struct sembuf Down = {0, -1, 0};
  struct timespec Time = span(Ms);
  return timedOut(semtimedop(SemaphoreSet, &Down, 1, &Time));
}

inline bool waitQueue(int Ms) {
  char Text[64];
  struct timespec Time = until(CLOCK_REALTIME, Ms);
  return timedOut(
      mq_timedreceive(PosixQueue, Text, sizeof Text, nullptr, &Time),
      ETIMEDOUT);
}

inline bool waitFutex(int Ms) {
  static uint32_t Word;
  struct timespec Time = span(Ms);
  return timedOut(
      syscall(SYS_futex, &Word, FUTEX_WAIT_PRIVATE, 0, &Time, nullptr, 0),
      ETIMEDOUT);
}

inline bool readTimer(int Ms) {
  struct itimerspec Once = {{0, 0}, span(Ms)};
  uint64_t Count = 0;
  return timerfd_settime(TimerFd, 0, &Once, nullptr) == 0 &&
         read(TimerFd, &Count, sizeof Count) == sizeof Count && Count == 1;
}

inline const std::vector<SleepKind> IpcSleeps = {
    {"recv with SO_RCVTIMEO", CLOCK_MONOTONIC, receive},
    {"semtimedop", CLOCK_MONOTONIC, waitSemop},
    {"msgrcv", CLOCK_MONOTONIC, receiveMessage},
    {"mq_timedreceive", CLOCK_REALTIME, waitQueue},
    {"futex", CLOCK_MONOTONIC, waitFutex},
    {"read of a timer", CLOCK_MONOTONIC, readTimer},
};

//===- signals/calls_time.h - calls with a timeout --------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "blocking_calls.h"

#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>

inline int64_t toNs(struct timespec Time) {
  return (int64_t)Time.tv_sec * 1000000000 + Time.tv_nsec;
}

inline long blockNanosleep() {
  struct timespec Asked = fromNs(AskedNs), Left = {9, 9};
  long Result = nanosleep(&Asked, &Left);
  Of.Left = toNs(Left);
  return Result;
}

inline long blockClockNanosleep() {
  struct timespec Asked = fromNs(AskedNs), Left = {9, 9};
  long Result = clock_nanosleep(CLOCK_MONOTONIC, 0, &Asked, &Left);
  Of.Left = toNs(Left);
  return Result;
}

inline long blockClockNanosleepAbsolute() {
  struct timespec Until = inFuture(CLOCK_REALTIME), Left = {9, 9};
  long Result = clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &Until, &Left);
  // An absolute sleep leaves the last argument alone.
  INSIST(Left.tv_sec == 9 && Left.tv_nsec == 9);
  return Result;
}

inline long blockSelect() {
  struct timeval Asked = {0, AskedMs * 1000};
  long Result = select(0, nullptr, nullptr, nullptr, &Asked);
  // Linux tells the remaining time, also with EINTR.
  Of.Left = (int64_t)Asked.tv_sec * 1000000000 + Asked.tv_usec * 1000;
  return Result;
}

inline long blockPselect() {
  struct timespec Asked = fromNs(AskedNs);
  sigset_t None;
  sigemptyset(&None);
  long Result = pselect(0, nullptr, nullptr, nullptr, &Asked, &None);
  INSIST(toNs(Asked) == AskedNs);
  return Result;
}

inline long blockPpoll() {
  struct timespec Asked = fromNs(AskedNs);
  struct pollfd Watched = {Of.In, POLLIN, 0};
  long Result = ppoll(&Watched, 1, &Asked, nullptr);
  INSIST(toNs(Asked) == AskedNs);
  return Result;
}

inline void openEpoll() { Of.In = epoll_create1(0); }

inline void openPipe() {
  int Ends[2];
  INSIST(pipe(Ends) == 0);
  Of.In = Ends[0];
  Of.Out = Ends[1];
}

inline void openTimedSocket() {
  int Ends[2];
  struct timeval Asked = {0, AskedMs * 1000};
  INSIST(socketpair(AF_UNIX, SOCK_STREAM, 0, Ends) == 0);
  Of.In = Ends[0];
  Of.Out = Ends[1];
  INSIST(setsockopt(Of.In, SOL_SOCKET, SO_RCVTIMEO, &Asked, sizeof Asked) == 0);
}

inline sigset_t usr2Only() {
  sigset_t Set;
  sigemptyset(&Set);
  sigaddset(&Set, SIGUSR2);
  return Set;
}

inline long blockSigtimedwait() {
  struct timespec Asked = fromNs(AskedNs);
  sigset_t Set = usr2Only();
  return sigtimedwait(&Set, nullptr, &Asked);
}

inline long blockSemTimedwait() {
  sem_t Semaphore;
  sem_init(&Semaphore, 0, 0);
  struct timespec Until = inFuture(CLOCK_REALTIME);
  return sem_timedwait(&Semaphore, &Until);
}

inline long blockSemClockwait() {
  sem_t Semaphore;
  sem_init(&Semaphore, 0, 0);
  struct timespec Until = inFuture(CLOCK_MONOTONIC);
  return sem_clockwait(&Semaphore, CLOCK_MONOTONIC, &Until);
}

inline long blockCondition() {
  pthread_mutex_t Mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t Condition = PTHREAD_COND_INITIALIZER;
  struct timespec Until = inFuture(CLOCK_REALTIME);
  pthread_mutex_lock(&Mutex);
  int Code = pthread_cond_timedwait(&Condition, &Mutex, &Until);
  pthread_mutex_unlock(&Mutex);
  return Code;
}

inline long blockMutex() {
  pthread_mutex_t Mutex = PTHREAD_MUTEX_INITIALIZER;
  struct timespec Until = inFuture(CLOCK_REALTIME);
  pthread_mutex_lock(&Mutex);
  return pthread_mutex_timedlock(&Mutex, &Until);
}

inline long blockSemtimedop() {
  int Set = semget(IPC_PRIVATE, 1, 0600);
  struct sembuf Down = {0, -1, 0};
  struct timespec Asked = fromNs(AskedNs);
  long Result = semtimedop(Set, &Down, 1, &Asked);
  int Error = errno;
  semctl(Set, 0, IPC_RMID);
  errno = Error;
  return Result;
}

inline mqd_t openQueue() {
  char Name[64], Text[8];
  snprintf(Name, sizeof Name, "/invariance-%d", getpid());
  struct mq_attr Attributes = {};
  Attributes.mq_maxmsg = 1;
  Attributes.mq_msgsize = sizeof Text;
  mqd_t Queue = mq_open(Name, O_RDWR | O_CREAT, 0600, &Attributes);
  mq_unlink(Name);
  return Queue;
}

inline long blockMqTimedreceive() {
  char Text[8];
  struct timespec Until = inFuture(CLOCK_REALTIME);
  return mq_timedreceive(Of.In, Text, sizeof Text, nullptr, &Until);
}

inline long blockEpollPwait2() {
  struct epoll_event Ready;
  struct timespec Asked = fromNs(AskedNs);
  return epoll_pwait2(Of.In, &Ready, 1, &Asked, nullptr);
}

inline struct epoll_event OneEvent;
inline char OneByte[1];

inline const BlockingCall TimedCalls[] = {
    {"nanosleep", nothing, blockNanosleep, nullptr},
    {"clock_nanosleep", nothing, blockClockNanosleep, nullptr},
    {"clock_nanosleep absolute", nothing, blockClockNanosleepAbsolute, nullptr},
    {"usleep", nothing, [] { return (long)usleep(AskedMs * 1000); }, nullptr},
    {"sleep", nothing, [] { return (long)sleep(2); }, nullptr},
    {"poll", nothing, [] { return (long)poll(nullptr, 0, AskedMs); }, nullptr},
    {"ppoll", openPipe, blockPpoll, nullptr},
    {"select", nothing, blockSelect, nullptr},
    {"pselect", nothing, blockPselect, nullptr},
    {"epoll_wait", openEpoll,
     [] { return (long)epoll_wait(Of.In, &OneEvent, 1, AskedMs); }, nullptr},
    {"epoll_pwait", openEpoll,
     [] { return (long)epoll_pwait(Of.In, &OneEvent, 1, AskedMs, nullptr); },
     nullptr},
    {"epoll_pwait2", openEpoll, blockEpollPwait2, nullptr},
    {"sigtimedwait", nothing, blockSigtimedwait, nullptr},
    {"recv with SO_RCVTIMEO", openTimedSocket,
     [] { return (long)recv(Of.In, OneByte, 1, 0); }, nullptr},
    {"sem_timedwait", nothing, blockSemTimedwait, nullptr},
    {"sem_clockwait", nothing, blockSemClockwait, nullptr},
    {"pthread_cond_timedwait", nothing, blockCondition, nullptr},
    {"pthread_mutex_timedlock", nothing, blockMutex, nullptr},
    {"semtimedop", nothing, blockSemtimedop, nullptr},
    {"mq_timedreceive", [] { Of.In = openQueue(); }, blockMqTimedreceive,
     nullptr},
};

//===- signals/calls_io.h - calls without a timeout -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#pragma once

#include "calls_time.h"

#include <linux/futex.h>
#include <sys/file.h>
#include <sys/msg.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>

inline void openSockets() {
  int Ends[2];
  INSIST(socketpair(AF_UNIX, SOCK_STREAM, 0, Ends) == 0);
  Of.In = Ends[0];
  Of.Out = Ends[1];
}

/// Fills what Out writes to, so that a further write blocks.
inline void fillUp() {
  char Block[4096] = {};
  fcntl(Of.Out, F_SETFL, O_NONBLOCK);
  while (write(Of.Out, Block, sizeof Block) > 0)
    ;
  fcntl(Of.Out, F_SETFL, 0);
}

inline void drain() {
  static char Block[1 << 20];
  INSIST(read(Of.In, Block, sizeof Block) > 0);
}

inline struct sockaddr_un listenAt() {
  struct sockaddr_un Address = {};
  Address.sun_family = AF_UNIX;
  // An abstract name, which ends with the socket.
  snprintf(Address.sun_path + 1, sizeof Address.sun_path - 1, "invariance-%d",
           getpid());
  Of.In = socket(AF_UNIX, SOCK_STREAM, 0);
  INSIST(bind(Of.In, (struct sockaddr *)&Address, sizeof Address) == 0);
  INSIST(listen(Of.In, 0) == 0);
  Of.Other = socket(AF_UNIX, SOCK_STREAM, 0);
  return Address;
}

inline void connectTo() {
  struct sockaddr_un Address = {};
  socklen_t Length = sizeof Address;
  getsockname(Of.In, (struct sockaddr *)&Address, &Length);
  INSIST(connect(Of.Other, (struct sockaddr *)&Address, Length) == 0);
}

inline void openFullListener() {
  listenAt();
  connectTo();
  Of.Out = socket(AF_UNIX, SOCK_STREAM, 0);
}

inline long blockConnect() {
  struct sockaddr_un Address = {};
  socklen_t Length = sizeof Address;
  getsockname(Of.In, (struct sockaddr *)&Address, &Length);
  return connect(Of.Out, (struct sockaddr *)&Address, Length);
}

inline long blockRecvmsg() {
  struct iovec Part = {OneByte, 1};
  struct msghdr Message = {};
  Message.msg_iov = &Part;
  Message.msg_iovlen = 1;
  return recvmsg(Of.In, &Message, 0);
}

inline long blockRecvmmsg() {
  struct iovec Part = {OneByte, 1};
  struct mmsghdr Message = {};
  Message.msg_hdr.msg_iov = &Part;
  Message.msg_hdr.msg_iovlen = 1;
  return recvmmsg(Of.In, &Message, 1, 0, nullptr);
}

/// Locks one description; the other one blocks, as it would in a process.
inline void lockFile() {
  Of.In = open("locked", O_RDWR | O_CREAT, 0600);
  Of.Out = open("locked", O_RDWR);
  INSIST(flock(Of.In, LOCK_EX) == 0);
}

inline void recordLock(short Type) {
  struct flock Lock = {};
  Lock.l_type = Type;
  INSIST(fcntl(Of.In, F_OFD_SETLK, &Lock) == 0);
}

inline long blockRecordLock() {
  struct flock Lock = {};
  Lock.l_type = F_WRLCK;
  return fcntl(Of.Out, F_OFD_SETLKW, &Lock);
}

inline void startChild() {
  Of.Child = fork();
  if (Of.Child == 0)
    for (;;)
      pause();
}

inline long blockWaitpid() {
  int Status = 0;
  long Result = waitpid(Of.Child, &Status, 0);
  int Error = errno;
  if (Result < 0) {
    kill(Of.Child, SIGKILL);
    while (waitpid(Of.Child, &Status, 0) < 0)
      ;
  }
  errno = Error;
  return Result > 0 ? WTERMSIG(Status) : Result;
}

inline sem_t Posted;
inline long blockSemWait() { return sem_wait(&Posted); }

inline int MessageQueue;
inline long blockMsgrcv() {
  struct {
    long Type;
    char Text[4];
  } Message;
  long Result = msgrcv(MessageQueue, &Message, sizeof Message.Text, 0, 0);
  int Error = errno;
  msgctl(MessageQueue, IPC_RMID, nullptr);
  errno = Error;
  return Result;
}

inline void sendMessage() {
  struct {
    long Type;
    char Text[4];
  } Message = {1, {}};
  INSIST(msgsnd(MessageQueue, &Message, 3, 0) == 0);
}

inline uint32_t Futex;
inline long blockFutex() {
  return syscall(SYS_futex, &Futex, FUTEX_WAIT_PRIVATE, 0, nullptr, nullptr, 0);
}
inline void wakeFutex() {
  syscall(SYS_futex, &Futex, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

inline void openFifoLater() {
  INSIST(mkfifo("fifo", 0600) == 0 || errno == EEXIST);
}

inline long blockOpen() {
  Of.In = open("fifo", O_RDONLY);
  return Of.In < 0 ? -1 : 0;
}

inline void openOtherSide() { Of.Out = open("fifo", O_WRONLY | O_NONBLOCK); }

inline void openStream() {
  openPipe();
  Of.Stream = fdopen(dup(Of.In), "r");
}

inline long blockFgetc() {
  int Result = fgetc(Of.Stream);
  return Result == EOF ? -1 - ferror(Of.Stream) : Result;
}

inline long blockSigsuspend() {
  sigset_t None;
  sigemptyset(&None);
  return sigsuspend(&None);
}

inline char Large[100000];

inline const BlockingCall UntimedCalls[] = {
    {"read", openPipe, [] { return (long)read(Of.In, OneByte, 1); },
     releaseByByte},
    {"write", [] { openPipe(), fillUp(); },
     [] { return (long)write(Of.Out, "x", 1); }, drain},
    {"write part", openPipe,
     [] { return (long)write(Of.Out, Large, sizeof Large); }, drain},
    {"fgetc", openStream, blockFgetc, releaseByByte},
    {"recv", openSockets, [] { return (long)recv(Of.In, OneByte, 1, 0); },
     releaseByByte},
    {"recv part", [] { openSockets(), releaseByByte(); },
     [] { return (long)recv(Of.In, Large, 2, MSG_WAITALL); }, releaseByByte},
    {"recvmsg", openSockets, blockRecvmsg, releaseByByte},
    {"recvmmsg", openSockets, blockRecvmmsg, releaseByByte},
    {"send", [] { openSockets(), fillUp(); },
     [] { return (long)send(Of.Out, "x", 1, 0); }, drain},
    {"accept", [] { listenAt(); },
     [] { return (Of.Out = accept(Of.In, nullptr, nullptr)) < 0 ? -1L : 0L; },
     connectTo},
    {"connect", openFullListener, blockConnect,
     [] { close(accept(Of.In, nullptr, nullptr)); }},
    {"open", openFifoLater, blockOpen, openOtherSide},
    {"flock", lockFile, [] { return (long)flock(Of.Out, LOCK_EX); },
     [] { flock(Of.In, LOCK_UN); }},
    {"fcntl lock", [] { lockFile(), recordLock(F_WRLCK); }, blockRecordLock,
     [] { recordLock(F_UNLCK); }},
    {"waitpid", startChild, blockWaitpid, [] { kill(Of.Child, SIGKILL); }},
    {"sem_wait", [] { sem_init(&Posted, 0, 0); }, blockSemWait,
     [] { sem_post(&Posted); }},
    {"msgrcv", [] { MessageQueue = msgget(IPC_PRIVATE, 0600); }, blockMsgrcv,
     sendMessage},
    {"mq_receive", [] { Of.In = openQueue(); },
     [] { return (long)mq_receive(Of.In, Large, sizeof Large, nullptr); },
     [] { mq_send(Of.In, "ab", 2, 0); }},
    {"futex", nothing, blockFutex, wakeFutex},
    {"pause", nothing, [] { return (long)pause(); }, nothing},
    {"sigsuspend", nothing, blockSigsuspend, nothing},
};

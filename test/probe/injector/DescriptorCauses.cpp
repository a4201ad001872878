//===- DescriptorCauses.cpp - waiting for a peer or a child -----*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Causes.h"
#include "Helper.h"

#include <arpa/inet.h>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace inject {
namespace {

constexpr char Token = 't';

std::string failed(const char *Call) {
  return std::string(Call) + ": " + strerror(errno);
}

void writeToken(Injection &I, int Descriptor) {
  if (write(Descriptor, &Token, 1) != 1)
    I.Error = errno;
}

void sendLate(Injection &I, int Descriptor) {
  helper::ready();
  helper::awaitStart(I);
  helper::sleepToDeadline(I);
  writeToken(I, Descriptor);
}

void expectToken(Injection &I, long Size, char Byte) {
  if (Size != 1 || Byte != Token)
    I.Error = EPROTO;
}

int Pipe[2];

std::string setUpPipe() {
  return pipe2(Pipe, O_CLOEXEC) == 0 ? "" : failed("pipe");
}

void writePipeLate(Injection &I) { sendLate(I, Pipe[1]); }

INJECT_FRAME void stallInPipeRead(Injection &I) {
  helper::begin();
  char Byte = 0;
  const long Size = insist(I, [&] { return read(Pipe[0], &Byte, 1); });
  expectToken(I, Size, Byte);
}

int Near = -1;
int Far = -1;

/// A real TCP connection: a socket pair is no peer on a network.
std::string setUpSockets() {
  const int Listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in Address{};
  Address.sin_family = AF_INET;
  Address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t Size = sizeof Address;
  auto *const Generic = reinterpret_cast<sockaddr *>(&Address);
  if (Listener < 0 || bind(Listener, Generic, Size) != 0 ||
      listen(Listener, 1) != 0 || getsockname(Listener, Generic, &Size) != 0)
    return failed("listen on 127.0.0.1");
  Near = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (connect(Near, Generic, Size) != 0)
    return failed("connect to 127.0.0.1");
  Far = accept4(Listener, nullptr, nullptr, SOCK_CLOEXEC);
  close(Listener);
  return Far < 0 ? failed("accept") : "";
}

void sendSocketLate(Injection &I) { sendLate(I, Far); }

INJECT_FRAME void stallInSocketRecv(Injection &I) {
  helper::begin();
  char Byte = 0;
  const long Size = insist(I, [&] { return recv(Near, &Byte, 1, 0); });
  expectToken(I, Size, Byte);
}

int PolledPipe[2];

std::string setUpPolledPipe() {
  return pipe2(PolledPipe, O_CLOEXEC) == 0 ? "" : failed("pipe");
}

void writePolledPipeLate(Injection &I) { sendLate(I, PolledPipe[1]); }

INJECT_FRAME void stallInPoll(Injection &I) {
  helper::begin();
  pollfd Entry{PolledPipe[0], POLLIN, 0};
  insist(I, [&] { return poll(&Entry, 1, -1); });
  char Byte = 0;
  const long Size = read(PolledPipe[0], &Byte, 1);
  expectToken(I, Size, Byte);
}

int StartPipe[2];
pid_t Child = -1;

std::string setUpChild() {
  return pipe2(StartPipe, O_CLOEXEC) == 0 ? "" : failed("pipe");
}

/// Exits at the deadline, which comes through the pipe.
[[noreturn]] void liveAsChild() {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  int64_t DeadlineNs = 0;
  while (read(StartPipe[0], &DeadlineNs, sizeof DeadlineNs) !=
         sizeof DeadlineNs) {
  }
  sleepUntil(DeadlineNs);
  _exit(7);
}

void forkChild(Injection &I) {
  Child = fork();
  if (Child == 0)
    liveAsChild();
  if (Child < 0)
    I.Error = errno;
  helper::ready();
}

INJECT_FRAME void stallInChildWait(Injection &I) {
  if (Child < 0)
    return;
  int Status = 0;
  if (write(StartPipe[1], &I.DeadlineNs, sizeof I.DeadlineNs) !=
      sizeof I.DeadlineNs)
    I.Error = errno;
  insist(I, [&] { return waitpid(Child, &Status, 0); });
  if (!WIFEXITED(Status) || WEXITSTATUS(Status) != 7)
    I.Error = EPROTO;
}

} // namespace

Cause pipeRead() {
  return {.Name = "pipe-read",
          .Function = "stallInPipeRead",
          .Expected = "wait",
          .Also = "ipc",
          .SetUp = setUpPipe,
          .Stall = stallInPipeRead,
          .Assist = writePipeLate};
}

Cause socketRecv() {
  return {.Name = "socket-recv",
          .Function = "stallInSocketRecv",
          .Expected = "socket",
          .SetUp = setUpSockets,
          .Stall = stallInSocketRecv,
          .Assist = sendSocketLate};
}

Cause pollOne() {
  return {.Name = "poll",
          .Function = "stallInPoll",
          .Expected = "wait",
          .Also = "ipc",
          .SetUp = setUpPolledPipe,
          .Stall = stallInPoll,
          .Assist = writePolledPipeLate};
}

Cause childWait() {
  return {.Name = "waitpid",
          .Function = "stallInChildWait",
          .Expected = "process",
          .SetUp = setUpChild,
          .Stall = stallInChildWait,
          .Assist = forkChild};
}

} // namespace inject

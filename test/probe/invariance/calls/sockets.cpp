//===- calls/sockets.cpp - sockets, in all the ways -------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Connections over the loopback and pairs of sockets: not blocking, with
// timeouts, with flags, with descriptors sent along, half closed and reset.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <thread>

static struct sockaddr_in Address;

static int listenAnywhere() {
  socklen_t Size = sizeof Address;
  Address = {};
  Address.sin_family = AF_INET;
  Address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int Listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  INSIST(bind(Listener, (struct sockaddr *)&Address, Size) == 0);
  INSIST(listen(Listener, 4) == 0);
  INSIST(getsockname(Listener, (struct sockaddr *)&Address, &Size) == 0);
  return Listener;
}

static void connectSlowly(int Listener) {
  int Client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct pollfd Watched = {Client, POLLOUT, 0};
  SHOW(connect(Client, (struct sockaddr *)&Address, sizeof Address));
  SHOW(poll(&Watched, 1, 5000));
  int Error = -1;
  socklen_t Size = sizeof Error;
  SHOW(getsockopt(Client, SOL_SOCKET, SO_ERROR, &Error, &Size));
  SHOW(Error);
  SHOW(connect(Client, (struct sockaddr *)&Address, sizeof Address));
  SHOW(connect(Client, (struct sockaddr *)&Address, sizeof Address));
  char Byte;
  SHOW(recv(Client, &Byte, 1, 0));
  int Server = accept4(Listener, nullptr, nullptr, SOCK_CLOEXEC);
  std::thread([Server] {
    sleepUs(STALL_US);
    INSIST(send(Server, "hello", 5, MSG_MORE) == 5);
    sleepUs(STALL_US);
    INSIST(send(Server, "world", 5, 0) == 5);
  }).detach();
  char Text[16] = "";
  fcntl(Client, F_SETFL, 0);
  SHOW(recv(Client, Text, 10, MSG_WAITALL));
  say("%s", Text);
  SHOW(shutdown(Client, SHUT_WR));
  SHOW(recv(Server, &Byte, 1, 0));
  struct linger Reset = {1, 0};
  setsockopt(Server, SOL_SOCKET, SO_LINGER, &Reset, sizeof Reset);
  close(Server);
  SHOW(recv(Client, &Byte, 1, 0));
  SHOW(send(Client, &Byte, 1, MSG_NOSIGNAL));
  close(Client);
  INSIST(settledThreads(1) == 1);
}

static void useTimeouts() {
  int Ends[2];
  char Block[4096] = {};
  struct timeval Short = {0, 12000};
  INSIST(socketpair(AF_UNIX, SOCK_STREAM, 0, Ends) == 0);
  for (int Number : Ends) {
    setsockopt(Number, SOL_SOCKET, SO_RCVTIMEO, &Short, sizeof Short);
    setsockopt(Number, SOL_SOCKET, SO_SNDTIMEO, &Short, sizeof Short);
  }
  SHOW(read(Ends[0], Block, 1));
  SHOW(recvfrom(Ends[0], Block, 1, 0, nullptr, nullptr));
  while (send(Ends[1], Block, sizeof Block, 0) > 0)
    ;
  say("full: %s", errorName(errno));
  SHOW(write(Ends[1], Block, 1));
  SHOW(recv(Ends[0], Block, 1, MSG_PEEK));
  SHOW(recv(Ends[0], Block, 1, MSG_OOB));
  close(Ends[0]);
  SHOW(send(Ends[1], Block, 1, MSG_NOSIGNAL));
  close(Ends[1]);
}

static void passDescriptor() {
  int Ends[2], Given = open("/dev/zero", O_RDONLY);
  char Byte = 'd';
  union {
    char Space[CMSG_SPACE(sizeof(int))];
    struct cmsghdr Aligned;
  } Control = {};
  struct iovec Part = {&Byte, 1};
  struct msghdr Message = {};
  Message.msg_iov = &Part;
  Message.msg_iovlen = 1;
  Message.msg_control = Control.Space;
  Message.msg_controllen = sizeof Control.Space;
  struct cmsghdr *Header = CMSG_FIRSTHDR(&Message);
  Header->cmsg_level = SOL_SOCKET;
  Header->cmsg_type = SCM_RIGHTS;
  Header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(Header), &Given, sizeof Given);
  INSIST(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, Ends) == 0);
  SHOW(sendmsg(Ends[0], &Message, 0));
  close(Given);
  SHOW(recvmsg(Ends[1], &Message, MSG_CMSG_CLOEXEC));
  memcpy(&Given, CMSG_DATA(CMSG_FIRSTHDR(&Message)), sizeof Given);
  say("descriptor %d", Given);
  SHOW(read(Given, &Byte, 1));
  SHOW(send(Ends[0], "longer", 6, 0));
  Message.msg_controllen = 0;
  SHOW(recvmsg(Ends[1], &Message, 0));
  EXPECT(Message.msg_flags & MSG_TRUNC);
  for (int Number : {Given, Ends[0], Ends[1]})
    close(Number);
}

static void useDatagrams() {
  int Socket = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in Own = {}, From = {};
  socklen_t Size = sizeof Own;
  char Text[8] = "";
  Own.sin_family = AF_INET;
  Own.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  SHOW(bind(Socket, (struct sockaddr *)&Own, sizeof Own));
  getsockname(Socket, (struct sockaddr *)&Own, &Size);
  SHOW(sendto(Socket, "text", 4, 0, (struct sockaddr *)&Own, sizeof Own));
  SHOW(recvfrom(Socket, Text, 2, MSG_TRUNC, (struct sockaddr *)&From, &Size));
  EXPECT(Size == sizeof From && From.sin_port == Own.sin_port);
  SHOW(recv(Socket, Text, 1, MSG_DONTWAIT));
  close(Socket);
}

static void handle(int, void *) {
  stall();
  int Listener = listenAnywhere();
  connectSlowly(Listener);
  close(Listener);
  // Nobody listens there any more.
  int Client = socket(AF_INET, SOCK_STREAM, 0);
  SHOW(connect(Client, (struct sockaddr *)&Address, sizeof Address));
  close(Client);
  useTimeouts();
  passDescriptor();
  useDatagrams();
}

int main() {
  EXPECT(runLoop(3, handle, nullptr) == 0);
  reportSelf("end", 1);
}

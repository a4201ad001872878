//===- calls/names.cpp - names that cannot be resolved ----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The errors of the resolver have three numbers: an EAI_ code, h_errno and
// errno. A name server of the program's own, at a port on the loopback, gives
// each answer, also late; without it the answers would be the network's.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <grp.h>
#include <initializer_list>
#include <netdb.h>
#include <netinet/in.h>
#include <pwd.h>
#include <resolv.h>
#include <strings.h>
#include <sys/socket.h>

/// Answers by the first label: fail, empty, slow, good; else there is no such.
static size_t answer(unsigned char *Message, size_t Length) {
  const char *Label = (const char *)Message + NS_HFIXEDSZ + 1;
  unsigned Type = Message[Length - 3];
  unsigned Code = ns_r_nxdomain;
  if (strncasecmp(Label, "slow", 4) == 0)
    sleepUs(20000);
  if (strncasecmp(Label, "fail", 4) == 0)
    Code = ns_r_servfail;
  if (strncasecmp(Label, "empty", 5) == 0)
    Code = ns_r_noerror;
  bool Good = strncasecmp(Label, "good", 4) == 0;
  Message[2] = 0x81; // A response, recursion desired
  if (Good)
    Code = ns_r_noerror;
  Message[3] = (unsigned char)(0x80 | Code);
  Message[7] = Good && Type == ns_t_a;
  Message[11] = 0;
  if (!Message[7])
    return Length;
  static const unsigned char Address[] = {0xc0, 12, 0, 1, 0,   1, 0, 0,
                                          0,    60, 0, 4, 192, 0, 2, 7};
  memcpy(Message + Length, Address, sizeof Address);
  return Length + sizeof Address;
}

[[noreturn]] static void serve(int Socket) {
  alarm(60);
  for (;;) {
    unsigned char Message[1024];
    struct sockaddr_in From;
    socklen_t Size = sizeof From;
    ssize_t Length =
        recvfrom(Socket, Message, 512, 0, (struct sockaddr *)&From, &Size);
    if (Length < NS_HFIXEDSZ + 5)
      continue;
    // Without the options that the query has at its end.
    size_t End = NS_HFIXEDSZ;
    while (End < (size_t)Length && Message[End])
      End += Message[End] + 1u;
    size_t Whole = answer(Message, End + 5);
    sendto(Socket, Message, Whole, 0, (struct sockaddr *)&From, Size);
  }
}

static pid_t startServer() {
  struct sockaddr_in Address = {};
  socklen_t Size = sizeof Address;
  Address.sin_family = AF_INET;
  Address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int Socket = socket(AF_INET, SOCK_DGRAM, 0);
  INSIST(bind(Socket, (struct sockaddr *)&Address, sizeof Address) == 0);
  INSIST(getsockname(Socket, (struct sockaddr *)&Address, &Size) == 0);
  pid_t Server = fork();
  if (Server == 0)
    serve(Socket);
  close(Socket);
  INSIST(res_init() == 0);
  _res.nscount = 1;
  _res.nsaddr_list[0] = Address;
  _res.options &= ~(unsigned long)(RES_DNSRCH | RES_DEFNAMES);
  return Server;
}

static void find(const char *Name, const char *Service, int Flags) {
  struct addrinfo Hints = {}, *Found = nullptr;
  char Host[64] = "";
  Hints.ai_socktype = SOCK_STREAM;
  Hints.ai_flags = Flags;
  errno = UNTOUCHED;
  int Code = getaddrinfo(Name, Service, &Hints, &Found);
  if (Code == 0) {
    getnameinfo(Found->ai_addr, Found->ai_addrlen, Host, sizeof Host, nullptr,
                0, NI_NUMERICHOST);
    freeaddrinfo(Found);
  }
  say("getaddrinfo %s: %d %s %s", Name ? Name : "none", Code,
      Code ? gai_strerror(Code) : "", Host);
}

static void findOldWay(const char *Name) {
  h_errno = 99;
  struct hostent *Found = gethostbyname(Name);
  int Error = h_errno;
  say("gethostbyname %s: %s, h_errno %d %s", Name,
      Found ? inet_ntoa(*(struct in_addr *)Found->h_addr_list[0]) : "none",
      Error, Found ? "" : hstrerror(Error));
  struct hostent Entry, *Result = nullptr;
  char Buffer[512];
  int Code = gethostbyname2_r(Name, AF_INET, &Entry, Buffer, sizeof Buffer,
                              &Result, &Error);
  say("gethostbyname2_r: %s, %s, h_errno %d", errorName(Code),
      Result ? Result->h_name : "none", Result ? 0 : Error);
  Code = gethostbyname_r(Name, &Entry, Buffer, 4, &Result, &Error);
  say("too small: %s h_errno %d", errorName(Code), Code ? Error : 0);
}

static void handle(int, void *) {
  struct sockaddr_in Address = {};
  char Host[64];
  spinUs(STALL_US);
  for (const char *Name : {"good.example.", "missing.example.", "fail.example.",
                           "empty.example.", "slow.example."}) {
    find(Name, "80", 0);
    findOldWay(Name);
  }
  find("192.0.2.1", "80", AI_NUMERICHOST);
  find("not a number", "80", AI_NUMERICHOST);
  find("192.0.2.1", "no-such-service", 0);
  find("192.0.2.1", "80", 0x40000000);
  find(nullptr, nullptr, 0);
  findOldWay("192.0.2.55");
  Address.sin_family = AF_INET;
  inet_aton("192.0.2.1", &Address.sin_addr);
  SHOW(getnameinfo((struct sockaddr *)&Address, sizeof Address, Host,
                   sizeof Host, nullptr, 0, NI_NAMEREQD));
  SHOW(getnameinfo((struct sockaddr *)&Address, 3, Host, sizeof Host, nullptr,
                   0, 0));
  SHOW(getnameinfo((struct sockaddr *)&Address, sizeof Address, Host, 4,
                   nullptr, 0, NI_NUMERICHOST));
  h_errno = 99;
  SHOW(gethostbyaddr(&Address.sin_addr, 4, AF_INET) == nullptr);
  SHOW(h_errno);
  SHOW(getpwnam("no-such-user") == nullptr);
  SHOW(getgrnam("no-such-group") == nullptr);
  SHOW(getservbyname("no-such-service", "tcp") == nullptr);
  SHOW(getpwuid(0) != nullptr && strcmp(getpwuid(0)->pw_name, "root") == 0);
}

int main() {
  pid_t Server = startServer();
  EXPECT(runLoop(3, handle, nullptr) == 0);
  kill(Server, SIGKILL);
  INSIST(waitpid(Server, nullptr, 0) == Server);
  _res.retrans = 1;
  _res.retry = 1;
  find("unanswered.example.", "80", 0);
  reportSelf("end", 1);
}

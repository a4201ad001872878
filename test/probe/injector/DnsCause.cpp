//===- DnsCause.cpp - a name server that answers late -----------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The server is a thread on 127.0.0.1. The resolver is pointed to it through
// the thread's own `_res` and the process's own order of name services, so
// nothing of the machine is changed.
//
//===----------------------------------------------------------------------===//

#include "Causes.h"
#include "Helper.h"

#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <cstring>
#include <netdb.h>
#include <nss.h>
#include <resolv.h>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace inject {
namespace {

constexpr uint32_t Answer = 0x7f000009; // 127.0.0.9
int Server = -1;
sockaddr_in ServerAddress{};
std::thread Responder;

/// The reply to a query of one question; its size, or 0 if it is none.
size_t makeReply(const unsigned char *Query, size_t Size,
                 unsigned char *Reply) {
  size_t At = NS_HFIXEDSZ;
  while (At < Size && Query[At] != 0)
    At += Query[At] + 1U;
  At += 1 + NS_QFIXEDSZ;
  if (At > Size)
    return 0;
  memcpy(Reply, Query, At);
  const unsigned char Flags[] = {0x85, 0x80}; // A reply, with authority.
  const unsigned char Counts[] = {0, 1, 0, 1, 0, 0, 0, 0};
  memcpy(Reply + 2, Flags, sizeof Flags);
  memcpy(Reply + 4, Counts, sizeof Counts);
  // The name is that at offset 12; type A, class IN, 0 seconds, 4 bytes.
  const unsigned char Record[] = {0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4};
  memcpy(Reply + At, Record, sizeof Record);
  At += sizeof Record;
  const uint32_t Address = htonl(Answer);
  memcpy(Reply + At, &Address, sizeof Address);
  return At + sizeof Address;
}

void respond() {
  unsigned char Query[NS_PACKETSZ];
  unsigned char Reply[2 * NS_PACKETSZ];
  for (;;) {
    sockaddr_in From{};
    socklen_t FromSize = sizeof From;
    auto *const Peer = reinterpret_cast<sockaddr *>(&From);
    const ssize_t Size =
        recvfrom(Server, Query, sizeof Query, 0, Peer, &FromSize);
    if (Size == 0)
      return; // An empty packet: tearDownLookup.
    if (Size < 0)
      continue;
    sleepUntil(sharedDeadline().Ns);
    if (const size_t ReplySize =
            makeReply(Query, static_cast<size_t>(Size), Reply))
      sendto(Server, Reply, ReplySize, 0, Peer, FromSize);
  }
}

bool lookUp(const char *Host) {
  addrinfo Hints{};
  Hints.ai_family = AF_INET;
  Hints.ai_socktype = SOCK_STREAM;
  addrinfo *Result = nullptr;
  if (getaddrinfo(Host, nullptr, &Hints, &Result) != 0)
    return false;
  const auto *const Address =
      reinterpret_cast<const sockaddr_in *>(Result->ai_addr);
  const bool Right = Address->sin_addr.s_addr == htonl(Answer);
  freeaddrinfo(Result);
  return Right;
}

void tearDownLookup() {
  sendto(Server, "", 0, 0, reinterpret_cast<sockaddr *>(&ServerAddress),
         sizeof ServerAddress);
  Responder.join();
  close(Server);
}

std::string setUpLookup() {
  Server = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ServerAddress.sin_family = AF_INET;
  ServerAddress.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t Size = sizeof ServerAddress;
  auto *const Generic = reinterpret_cast<sockaddr *>(&ServerAddress);
  if (Server < 0 || bind(Server, Generic, Size) != 0 ||
      getsockname(Server, Generic, &Size) != 0)
    return std::string("name server on 127.0.0.1: ") + strerror(errno);
  Responder = std::thread(respond);

  res_init();
  _res.nscount = 1;
  _res.nsaddr_list[0] = ServerAddress;
  __nss_configure_lookup("hosts", "dns"); // No other service, no nscd.
  // Also loads what the first lookup of a process loads.
  if (lookUp("first.injector.test."))
    return "";
  tearDownLookup();
  return "the resolver does not ask our name server";
}

INJECT_FRAME void stallInHostLookup(Injection &I) {
  if (!lookUp("late.injector.test."))
    I.Error = EPROTO;
}

} // namespace

Cause hostLookup() {
  return {.Name = "getaddrinfo",
          .Function = "stallInHostLookup",
          .Expected = "dns",
          .SetUp = setUpLookup,
          .Stall = stallInHostLookup,
          .TearDown = tearDownLookup};
}

} // namespace inject

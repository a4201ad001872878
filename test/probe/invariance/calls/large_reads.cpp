//===- calls/large_reads.cpp - results that do not fit an int ---*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Lengths near the most that one call moves (0x7ffff000), offsets beyond 4 GiB,
// and vectors of the largest number of parts: a wrapper that keeps a result or
// an argument in an int spoils these.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <limits.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <vector>

static const size_t Part = 4 << 20;
static char *Block;

// Volatile, as the compiler warns of what the kernel is to refuse.
static volatile int TooMany = IOV_MAX + 1, Negative = -1;

/// Many parts, all to the same few pages: 4 GiB asked for.
static void readHuge() {
  std::vector<struct iovec> Parts(IOV_MAX, {Block, Part});
  int Zero = open("/dev/zero", O_RDONLY), Null = open("/dev/null", O_WRONLY);
  SHOW(readv(Zero, Parts.data(), 600));
  SHOW(writev(Null, Parts.data(), 500));
  SHOW(writev(Null, Parts.data(), TooMany));
  SHOW(write(Null, Block, (size_t)3 << 30));
  SHOW(write(Null, Block, (size_t)1 << 46));
  SHOW(readv(Zero, Parts.data(), Negative));
  close(Zero);
  close(Null);
}

static void seekFar() {
  char Text[8] = "";
  int File = open("sparse", O_RDWR | O_CREAT | O_TRUNC, 0600);
  const off_t Far = INT64_C(6000000000);
  SHOW(ftruncate(File, Far + 100));
  SHOW(lseek(File, Far, SEEK_SET));
  SHOW(write(File, "far", 3));
  SHOW(lseek(File, 0, SEEK_CUR));
  SHOW(lseek(File, 0, SEEK_END));
  SHOW(pread(File, Text, 3, Far));
  say("%s", Text);
  SHOW(pread(File, Text, 3, (uint32_t)Far));
  EXPECT(Text[0] == 0);
  SHOW(pwrite(File, "end", 3, Far + 97));
  struct iovec One = {Text, 3};
  SHOW(preadv(File, &One, 1, Far + 97));
  SHOW(preadv2(File, &One, 1, Far, 0));
  say("%s", Text);
  SHOW(pread(File, Text, 3, -1));
  SHOW(lockf(File, F_TLOCK, 10));
  SHOW(fallocate(File, FALLOC_FL_KEEP_SIZE, Far, 4096) + 1 > 0);
  struct stat Status;
  INSIST(fstat(File, &Status) == 0);
  SHOW(Status.st_size);
  close(File);
  unlink("sparse");
}

static void receiveMany() {
  static const int Many = 200; // As many as a socket holds by default.
  int Ends[2];
  static char Texts[Many][64];
  std::vector<struct iovec> Parts(Many);
  std::vector<struct mmsghdr> Messages(Many);
  INSIST(socketpair(AF_UNIX, SOCK_DGRAM, 0, Ends) == 0);
  fcntl(Ends[1], F_SETFL, O_NONBLOCK);
  for (int Number = 0; Number < Many; ++Number) {
    Parts[(size_t)Number] = {Texts[Number], (size_t)(Number % 60 + 1)};
    Messages[(size_t)Number] = {};
    Messages[(size_t)Number].msg_hdr.msg_iov = &Parts[(size_t)Number];
    Messages[(size_t)Number].msg_hdr.msg_iovlen = 1;
    Texts[Number][0] = (char)Number;
  }
  int Sent = sendmmsg(Ends[1], Messages.data(), Many, 0);
  INSIST(Sent > 0);
  memset(Texts, 0, sizeof Texts);
  struct timespec Short = {0, 9000000};
  int Received = recvmmsg(Ends[0], Messages.data(), (unsigned)Sent, 0, &Short);
  say("sent %d, received %d", Sent, Received);
  for (int Number = 0; Number < Received; ++Number)
    INSIST(Messages[(size_t)Number].msg_len == (unsigned)(Number % 60 + 1) &&
           Texts[Number][0] == (char)Number);
  SHOW(recvmmsg(Ends[0], Messages.data(), 1, MSG_DONTWAIT, nullptr));
  close(Ends[0]);
  close(Ends[1]);
}

static void readParts() {
  int Ends[2];
  std::vector<char> From(65536), To(65536);
  std::vector<struct iovec> Parts;
  for (size_t At = 0; At < From.size(); ++At)
    From[At] = (char)(At * 7 % 251);
  INSIST(pipe(Ends) == 0);
  INSIST(write(Ends[1], From.data(), From.size()) == (ssize_t)From.size());
  for (size_t At = 0; At < To.size(); At += 64)
    Parts.push_back({&To[At], 64});
  INSIST(Parts.size() == IOV_MAX);
  SHOW(readv(Ends[0], Parts.data(), IOV_MAX));
  EXPECT(From == To);
  close(Ends[0]);
  close(Ends[1]);
}

static void handle(int, void *) {
  stall();
  readHuge();
  seekFar();
  receiveMany();
  readParts();
}

int main() {
  Block = (char *)mmap(nullptr, Part, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  EXPECT(runLoop(3, handle, nullptr) == 0);
  reportSelf("end", 1);
}

//===- calls/fortified.cpp - the checked calls ------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Built with _FORTIFY_SOURCE, calls with a buffer of known size go to functions
// of other names (__read_chk); these work as the plain ones, and end the
// program with their message when the buffer is too small ("overflow").
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <initializer_list>
#include <poll.h>
#include <setjmp.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <syslog.h>

// Volatile, so that it is the checked function that finds out.
static volatile size_t Size = 8;
static volatile int Number = 1, Flags = O_RDONLY;
static volatile int Watched = 3;

static void useChecked() {
  char Text[16] = "", Name[64];
  int Ends[2], Pair[2];
  struct pollfd Set[2] = {{0, 0, 0}, {0, 0, 0}};
  struct timespec Short = {0, 9000000};
  struct sockaddr_storage From;
  socklen_t Length = sizeof From;
  fd_set Descriptors;
  INSIST(pipe(Ends) == 0);
  INSIST(socketpair(AF_UNIX, SOCK_DGRAM, 0, Pair) == 0);
  INSIST(write(Ends[1], "abcdef", 6) == 6);
  SHOW(read(Ends[0], Text, Size));
  INSIST(send(Pair[1], "abc", 3, 0) == 3);
  SHOW(recv(Pair[0], Text, Size, 0));
  INSIST(send(Pair[1], "abcd", 4, 0) == 4);
  SHOW(recvfrom(Pair[0], Text, Size, 0, (struct sockaddr *)&From, &Length));
  SHOW(poll(Set, (nfds_t)Number, 9));
  SHOW(ppoll(Set, (nfds_t)Number, &Short, nullptr));
  FD_ZERO(&Descriptors);
  FD_SET(Watched, &Descriptors);
  SHOW(FD_ISSET(Watched, &Descriptors) != 0);
  int File = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);
  SHOW(pwrite(File, "contents\n", 9, 0));
  SHOW(pread(File, Text, Size, 1));
  SHOW(close(File));
  File = open("file", Flags);
  SHOW(close(File));
  FILE *Stream = fopen("file", "r");
  SHOW(fgets(Text, (int)Size, Stream) == Text);
  rewind(Stream);
  SHOW(fread(Text, 1, Size, Stream));
  SHOW(fclose(Stream));
  SHOW(getcwd(Name, 8 * Size) == Name);
  SHOW(gethostname(Name, 8 * Size));
  SHOW(readlink("/proc/self/exe", Text, Size));
  openlog("program", LOG_PERROR, LOG_USER);
  syslog(LOG_INFO, "checked %zu", Size);
  closelog();
  for (int Each : {Ends[0], Ends[1], Pair[0], Pair[1]})
    close(Each);
}

static jmp_buf Saved;

static void handle(int, void *) {
  stall();
  useChecked();
  if (setjmp(Saved) == 0)
    longjmp(Saved, 1); // To the caller's frame: allowed by __longjmp_chk.
  spinUs(STALL_US);
}

static void overflow(int Round, void *) {
  char Text[16];
  int Ends[2];
  stall();
  if (Round < 2)
    return;
  INSIST(pipe(Ends) == 0 && write(Ends[1], "x", 1) == 1);
  Size = 17;
  SHOW(read(Ends[0], Text, Size));
  say("BAD lived with %d", Text[0]);
}

int main(int, char **Arguments) {
  struct rlimit None = {0, 0};
  setrlimit(RLIMIT_CORE, &None);
  LoopHandler *Handler =
      strcmp(Arguments[1], "overflow") == 0 ? overflow : handle;
  EXPECT(runLoop(3, Handler, nullptr) == 0);
}

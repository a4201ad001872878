//===- varargs.cpp - calls with a variable number of arguments --*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A wrapper of open, fcntl, ioctl, syscall, prctl, semctl or mremap must pass
// on just what it was given: a mode only when there is one, a pointer or a
// number, six arguments and not five.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <initializer_list>
#include <mqueue.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <termios.h>

static void showMode(int File) {
  struct stat Status;
  INSIST(fstat(File, &Status) == 0);
  say("mode %o", Status.st_mode);
  close(File);
}

static void useOpen() {
  umask(0);
  showMode(open("first", O_RDWR | O_CREAT | O_EXCL, 0641));
  SHOW(open("first", O_RDWR | O_CREAT | O_EXCL, 0641));
  showMode(open64("second", O_RDWR | O_CREAT, 0604));
  showMode(openat(AT_FDCWD, "third", O_RDWR | O_CREAT, 01750));
  showMode(openat64(AT_FDCWD, "fourth", O_RDWR | O_CREAT, 0111));
  showMode(creat("fifth", 0222));
  // No file system of some containers has it; the answer is the same.
  int Unnamed = open(".", O_RDWR | O_TMPFILE, 0613);
  say("O_TMPFILE: %s", Unnamed < 0 ? errorName(errno) : "opened");
  if (Unnamed >= 0)
    showMode(Unnamed);
  umask(022);
  showMode(open("sixth", O_WRONLY | O_CREAT | O_TRUNC, 0666));
  SHOW(open("missing", O_RDONLY));
  SHOW(open("first", O_DIRECTORY));
  for (const char *Name :
       {"first", "second", "third", "fourth", "fifth", "sixth"})
    SHOW(unlink(Name));
}

static void useFcntlNumbers(int File) {
  SHOW(fcntl(File, F_GETFD));
  SHOW(fcntl(File, F_SETFD, FD_CLOEXEC));
  SHOW(fcntl(File, F_GETFD));
  SHOW(fcntl(File, F_SETFL, O_NONBLOCK | O_APPEND));
  SHOW(fcntl(File, F_GETFL));
  SHOW(fcntl(File, F_DUPFD, 200));
  SHOW(fcntl(File, F_DUPFD_CLOEXEC, 210));
  SHOW(fcntl(210, F_GETFD));
  SHOW(fcntl64(File, F_DUPFD, 220));
  for (int Number : {200, 210, 220})
    SHOW(close(Number));
  SHOW(fcntl(File, 9999, 1));
  SHOW(fcntl(-1, F_GETFL));
}

static void useFcntlLocks(int File) {
  char Byte;
  int Ends[2];
  struct flock Lock = {};
  INSIST(pipe(Ends) == 0);
  Lock.l_type = F_WRLCK;
  Lock.l_start = INT64_C(6000000000); // Not what fits 32 bits.
  Lock.l_len = 10;
  SHOW(fcntl(File, F_SETLK, &Lock));
  pid_t Child = fork();
  if (Child == 0) {
    struct flock Other = Lock;
    SHOW(fcntl(File, F_GETLK, &Other));
    EXPECT(Other.l_pid == getppid() && Other.l_start == Lock.l_start);
    INSIST(write(Ends[1], "x", 1) == 1);
    SHOW(fcntl(File, F_SETLKW, &Other)); // Until the parent gives it back.
    _exit(0);
  }
  INSIST(read(Ends[0], &Byte, 1) == 1);
  stall();
  Lock.l_type = F_UNLCK;
  SHOW(fcntl(File, F_SETLK, &Lock) + waitpid(Child, nullptr, 0) == Child);
  close(Ends[0]);
  close(Ends[1]);
}

static void useFcntlOwner() {
  int Ends[2];
  struct f_owner_ex Owner = {F_OWNER_TID, getpid()};
  INSIST(pipe(Ends) == 0);
  SHOW(fcntl(Ends[0], F_SETOWN_EX, &Owner));
  Owner.pid = 0;
  SHOW(fcntl(Ends[0], F_GETOWN_EX, &Owner));
  EXPECT(Owner.type == F_OWNER_TID && Owner.pid == getpid());
  EXPECT(fcntl(Ends[0], F_GETOWN) == getpid());
  SHOW(fcntl(Ends[0], F_SETSIG, SIGRTMIN + 4));
  SHOW(fcntl(Ends[0], F_GETSIG));
  SHOW(fcntl(Ends[0], F_SETPIPE_SZ, 131072));
  SHOW(fcntl(Ends[0], F_GETPIPE_SZ));
  INSIST(write(Ends[1], "12345", 5) == 5);
  int Available = -1;
  SHOW(ioctl(Ends[0], FIONREAD, &Available));
  SHOW(Available);
  struct termios Terminal;
  SHOW(ioctl(Ends[0], TCGETS, &Terminal));
  SHOW(ioctl(Ends[0], FIOCLEX));
  SHOW(fcntl(Ends[0], F_GETFD));
  close(Ends[0]);
  close(Ends[1]);
}

static void useSystemCalls() {
  // Six arguments, the last of which counts: an offset beyond the file.
  long Map = syscall(SYS_mmap, nullptr, 8192, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  EXPECT(Map > 0);
  SHOW(syscall(SYS_mmap, nullptr, 4096, PROT_READ, MAP_PRIVATE, 0, 1));
  *(char *)Map = 'm';
  char *Moved = (char *)mremap((void *)Map, 8192, 65536, MREMAP_MAYMOVE);
  EXPECT(Moved != MAP_FAILED && *Moved == 'm');
  char *Fixed = (char *)mmap(nullptr, 65536, PROT_NONE,
                             MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  EXPECT(mremap(Moved, 65536, 65536, MREMAP_MAYMOVE | MREMAP_FIXED, Fixed) ==
         Fixed);
  EXPECT(*Fixed == 'm');
  INSIST(munmap(Fixed, 65536) == 0);
  SHOW(syscall(SYS_getpid) == getpid());
  SHOW(syscall(9999, 1, 2, 3, 4, 5, 6));
  int Ends[2];
  INSIST(syscall(SYS_pipe2, Ends, O_CLOEXEC) == 0);
  INSIST(write(Ends[1], "abc", 3) == 3);
  SHOW(syscall(SYS_splice, Ends[0], nullptr, 1, nullptr, 2, 0));
  SHOW(write(1, "\n", 1));
  close(Ends[0]);
  close(Ends[1]);
}

static void useOthers() {
  char Name[64];
  int Reaper = -1;
  SHOW(prctl(PR_SET_NAME, "renamed", 0, 0, 0));
  SHOW(prctl(PR_GET_NAME, Name));
  say("name %s", Name);
  SHOW(prctl(PR_GET_CHILD_SUBREAPER, &Reaper));
  SHOW(prctl(9999, 1, 2, 3, 4));
  int Set = semget(IPC_PRIVATE, 2, 0600);
  union {
    int Value;
    struct semid_ds *Buffer;
    unsigned short *Array;
  } Argument;
  unsigned short Values[2] = {4, 5};
  Argument.Array = Values;
  SHOW(semctl(Set, 0, SETALL, Argument));
  Argument.Value = 9;
  SHOW(semctl(Set, 0, SETVAL, Argument));
  SHOW(semctl(Set, 0, GETVAL));
  SHOW(semctl(Set, 1, GETVAL));
  SHOW(semctl(Set, 0, IPC_RMID));
  snprintf(Name, sizeof Name, "/invariance-varargs-%d", getpid());
  SHOW(mq_open(Name, O_RDWR));
  struct mq_attr Attributes = {};
  Attributes.mq_maxmsg = 3;
  Attributes.mq_msgsize = 17;
  mqd_t Queue = mq_open(Name, O_RDWR | O_CREAT, 0600, &Attributes);
  memset(&Attributes, 0, sizeof Attributes);
  SHOW(mq_getattr(Queue, &Attributes));
  say("queue %ld %ld", Attributes.mq_maxmsg, Attributes.mq_msgsize);
  mq_close(Queue);
  mq_unlink(Name);
}

static void handle(int, void *) {
  int File = open("file", O_RDWR | O_CREAT, 0600);
  stall();
  useOpen();
  useFcntlNumbers(File);
  useFcntlLocks(File);
  useFcntlOwner();
  useSystemCalls();
  useOthers();
  close(File);
  spinUs(STALL_US);
}

int main() {
  EXPECT(runLoop(3, handle, nullptr) == 0);
  reportSelf("end", 1);
}

//===- calls/bad_arguments.c - calls that must fail ---------------*- C -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Bad descriptors, sizes, times and pointers for the calls that a probe wraps:
// the kernel answers EFAULT where a wrapper that looks at the argument itself
// would crash, and each error number is the kernel's.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

// Volatile, so that the compiler neither warns nor knows.
static void *volatile Bad = (void *)8;
static volatile int None = -1;
static int Ends[2], Pair[2], Epoll;

static void useDescriptors(void) {
  char Byte;
  struct epoll_event Ready;
  SHOW(read(None, &Byte, 1));
  SHOW(write(None, &Byte, 1));
  SHOW(pread(None, &Byte, 1, 0));
  SHOW(pread(Ends[0], &Byte, 1, 0));
  SHOW(readv(None, NULL, 0));
  SHOW(close(None));
  SHOW(fsync(None));
  SHOW(fsync(Ends[0]));
  SHOW(ftruncate(None, 0));
  SHOW(lseek(Ends[0], 0, SEEK_SET));
  SHOW(dup2(None, 50));
  SHOW(ioctl(None, FIONREAD, &Byte));
  SHOW(recv(None, &Byte, 1, 0));
  SHOW(recv(Ends[0], &Byte, 1, 0));
  SHOW(send(None, &Byte, 1, 0));
  SHOW(accept(None, NULL, NULL));
  SHOW(accept(Pair[0], NULL, NULL));
  SHOW(connect(None, NULL, 0));
  SHOW(epoll_wait(None, &Ready, 1, 0));
  SHOW(epoll_wait(Ends[0], &Ready, 1, 0));
  SHOW(epoll_wait(Epoll, &Ready, 0, 0));
  SHOW(epoll_wait(Epoll, &Ready, None, 0));
  SHOW(epoll_ctl(Epoll, EPOLL_CTL_ADD, Epoll, &Ready));
  SHOW(epoll_ctl(Epoll, EPOLL_CTL_DEL, Ends[0], NULL));
  SHOW(sendfile(None, None, NULL, 1));
  SHOW(splice(Pair[0], NULL, Pair[1], NULL, 1, 0));
}

static void usePointers(void) {
  SHOW(read(Ends[0], Bad, 1));
  SHOW(write(Ends[1], Bad, 1));
  SHOW(readv(Ends[0], (struct iovec *)Bad, 1));
  SHOW(recv(Pair[0], Bad, 1, 0));
  SHOW(send(Pair[0], Bad, 1, 0));
  SHOW(recvmsg(Pair[0], (struct msghdr *)Bad, 0));
  SHOW(recvfrom(Pair[0], Bad, 1, 0, (struct sockaddr *)Bad, (socklen_t *)Bad));
  SHOW(nanosleep((struct timespec *)Bad, NULL));
  SHOW(clock_nanosleep(CLOCK_MONOTONIC, 0, (struct timespec *)Bad, NULL));
  SHOW(poll((struct pollfd *)Bad, 1, 0));
  SHOW(epoll_pwait(Epoll, (struct epoll_event *)Bad, 1, 0, (sigset_t *)Bad));
  SHOW(open((char *)Bad, O_RDONLY));
  SHOW(stat((char *)Bad, (struct stat *)Bad));
  SHOW(access((char *)Bad, R_OK));
  SHOW(execve((char *)Bad, (char **)Bad, NULL));
  SHOW(waitpid(-1, (int *)Bad, 0));
  SHOW(fcntl(Ends[0], F_SETLKW, Bad));
  SHOW(semop(None, (struct sembuf *)Bad, 1));
  SHOW(msgrcv(None, Bad, 1, 0, 0));
  SHOW(mq_receive(None, (char *)Bad, 1, NULL));
  SHOW(select(1, (fd_set *)Bad, NULL, NULL, NULL));
}

static void useTimes(void) {
  struct timespec Wrong = {0, 1000000000}, Negative = {-1, 0}, Zero = {0, 0};
  struct timeval WrongToo = {0, -1};
  SHOW(nanosleep(&Wrong, NULL));
  SHOW(nanosleep(&Negative, NULL));
  SHOW(nanosleep(&Zero, NULL));
  SHOW_CODE(clock_nanosleep(99, 0, &Zero, NULL));
  SHOW_CODE(clock_nanosleep(CLOCK_MONOTONIC, 0, &Wrong, NULL));
  SHOW_CODE(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &Zero, NULL));
  SHOW_CODE(clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &Zero, NULL));
  SHOW(ppoll(NULL, 0, &Negative, NULL));
  SHOW(select(0, NULL, NULL, NULL, &WrongToo));
  SHOW(select(None, NULL, NULL, NULL, NULL));
  SHOW(pselect(0, NULL, NULL, NULL, &Wrong, NULL));
  SHOW(usleep(0));
  SHOW(sleep(0));
}

static void useWatched(void) {
  struct pollfd Watched[3] = {{None, POLLIN, 7}, {999, POLLIN, 7}, {0, 0, 7}};
  SHOW(poll(Watched, 3, 0));
  say("%d %d %d", Watched[0].revents, Watched[1].revents, Watched[2].revents);
  struct rlimit Limit;
  getrlimit(RLIMIT_NOFILE, &Limit);
  SHOW(poll(Watched, Limit.rlim_cur + 1, 0));
  fd_set Set;
  FD_ZERO(&Set);
  FD_SET(40, &Set);
  SHOW(select(41, &Set, NULL, NULL, NULL));
}

static void useObjects(void) {
  struct timespec Past = {0, 0}, Wrong = {0, -1};
  pthread_mutex_t Mutex = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t Condition = PTHREAD_COND_INITIALIZER;
  sem_t Semaphore;
  sem_init(&Semaphore, 0, 0);
  SHOW(sem_timedwait(&Semaphore, &Past));
  SHOW(sem_timedwait(&Semaphore, &Wrong));
  SHOW(sem_init(&Semaphore, 0, 0x80000000u));
  SHOW_CODE(pthread_mutex_lock(&Mutex));
  SHOW_CODE(pthread_mutex_timedlock(&Mutex, &Past));
  SHOW_CODE(pthread_cond_timedwait(&Condition, &Mutex, &Past));
  SHOW_CODE(pthread_cond_timedwait(&Condition, &Mutex, &Wrong));
  SHOW_CODE(pthread_mutex_unlock(&Mutex));
  SHOW_CODE(pthread_cond_signal(&Condition));
  SHOW_CODE(pthread_kill(pthread_self(), 65));
  SHOW(kill(getpid(), 65));
  SHOW(sigaction(65, NULL, NULL));
  SHOW(sigaction(SIGKILL, NULL, NULL));
  SHOW(signal(SIGKILL, SIG_IGN) == SIG_ERR);
  SHOW(signal(0, SIG_IGN) == SIG_ERR);
  SHOW_CODE(pthread_sigmask(99, &(sigset_t){0}, NULL));
  SHOW(sigprocmask(99, &(sigset_t){0}, NULL));
  SHOW(waitpid(-1, NULL, 0x1000));
  SHOW(mmap(NULL, 0, PROT_READ, MAP_PRIVATE, -1, 0) == MAP_FAILED);
}

static void handle(int Round, void *Data) {
  (void)Round, (void)Data;
  stall();
  useDescriptors();
  usePointers();
  useTimes();
  useWatched();
  useObjects();
  spinUs(STALL_US);
}

int main(void) {
  char Bytes[4] = "xyz";
  INSIST(pipe(Ends) == 0);
  INSIST(write(Ends[1], Bytes, 3) == 3);
  INSIST(socketpair(AF_UNIX, SOCK_STREAM, 0, Pair) == 0);
  INSIST(write(Pair[1], Bytes, 3) == 3);
  Epoll = epoll_create1(EPOLL_CLOEXEC);
  EXPECT(runLoop(3, handle, NULL) == 0);
  reportSelf("end", 1);
  return 0;
}

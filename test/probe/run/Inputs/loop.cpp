// A small event loop with a stall of a kind in one iteration of each kind.
// usage: loop KIND [WAIT]   KIND: sleep, spin, mutex, nested-poll, none, fork,
// exec, poll0, task; WAIT: epoll (default), poll, select, manual
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <poll.h>
#include <string>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "api/nostall_probe.h"

using Clock = std::chrono::steady_clock;
static std::mutex Lock;

[[gnu::noinline]] void spinHere(int Ms) {
  auto End = Clock::now() + std::chrono::milliseconds(Ms);
  while (Clock::now() < End)
    ;
  asm volatile("");
}
[[gnu::noinline]] void sleepHere(int Ms) {
  usleep(Ms * 1000);
  asm volatile("");
}
[[gnu::noinline]] void holdLock(int Ms) {
  std::lock_guard Guard(Lock);
  usleep(Ms * 1000);
}
[[gnu::noinline]] void waitForLock() {
  std::thread Holder(holdLock, 40);
  while (Lock.try_lock())
    Lock.unlock();
  Lock.lock();
  Lock.unlock();
  Holder.detach();
}
[[gnu::noinline]] void askAndWait() {
  pollfd Fds[2] = {{-1, POLLIN, 0}, {-1, POLLIN, 0}};
  poll(Fds, 2, 30);
  asm volatile("");
}

static int runLoop(const std::string &Kind, const std::string &Wait, char **Argv);

static void handle(const std::string &Kind, char **Argv) {
  if (Kind == "sleep")
    sleepHere(30);
  else if (Kind == "spin")
    spinHere(30);
  else if (Kind == "mutex")
    waitForLock();
  else if (Kind == "nested-poll")
    askAndWait();
  else if (Kind == "task") {
    nostall_task_begin("compaction");
    spinHere(30);
    nostall_task_end();
  } else if (Kind == "fork") {
    pid_t Pid = fork();
    if (Pid == 0)
      _exit(runLoop("sleep", "epoll", Argv));
    waitpid(Pid, nullptr, 0);
  } else if (Kind == "exec") {
    char Sleep[] = "sleep";
    char *Again[] = {Argv[0], Sleep, nullptr};
    execv(Argv[0], Again);
  } else if (Kind == "hang") {
    raise(SIGSTOP);
  }
}

static int runLoop(const std::string &Kind, const std::string &Wait, char **Argv) {
  int Event = eventfd(0, EFD_NONBLOCK), Other = eventfd(0, EFD_NONBLOCK);
  int Epoll = epoll_create1(0);
  epoll_event Add = {};
  Add.events = EPOLLIN;
  epoll_ctl(Epoll, EPOLL_CTL_ADD, Event, &Add);
  if (Wait == "manual")
    nostall_loop_enter("poller");
  for (int I = 0; I < 40; ++I) {
    uint64_t One = 1;
    (void)!write(Event, &One, sizeof(One));
    if (Wait == "poll") {
      pollfd Fds[2] = {{Event, POLLIN, 0}, {Other, POLLIN, 0}};
      poll(Fds, 2, 100);
    } else if (Wait == "select") {
      fd_set Set;
      FD_ZERO(&Set);
      FD_SET(Event, &Set);
      FD_SET(Other, &Set);
      timeval Time = {0, 100000};
      select(64, &Set, nullptr, nullptr, &Time);
    } else if (Wait == "manual") {
      nostall_task_begin("poll");
    } else {
      epoll_event Out[4];
      epoll_wait(Epoll, Out, 4, 100);
    }
    (void)!read(Event, &One, sizeof(One));
    if (I == 20)
      handle(Kind, Argv);
    if (Wait == "manual")
      nostall_task_end();
    usleep(I % 2 ? 0 : 500);
  }
  if (Wait == "manual")
    nostall_loop_leave();
  close(Epoll);
  sleepHere(20); // The loop is over: stalls nobody.
  return 0;
}

int main(int Argc, char **Argv) {
  std::string Kind = Argc > 1 ? Argv[1] : "none";
  if (Kind == "exit")
    return 42;
  if (Kind == "kill")
    raise(SIGTERM);
  if (Kind == "poll-one") { // A thread that waits for one descriptor.
    for (int I = 0; I < 10; ++I) {
      pollfd Fd = {0, 0, 0};
      poll(&Fd, 1, 1);
      sleepHere(10);
    }
    return 0;
  }
  if (Kind == "ids")
    printf("%d %d\n", getpid(), getppid());
  if (Kind == "long")
    for (int I = 0; I < 40; ++I)
      runLoop("sleep", "epoll", Argv);
  return runLoop(Kind, Argc > 2 ? Argv[2] : "epoll", Argv);
}

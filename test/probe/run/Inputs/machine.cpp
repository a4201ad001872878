// An event loop with one iteration in which it computes, while a helper process
// of its own does to it what a machine or a developer does.
// usage: machine stopped|traced|throttled
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static void check(bool Good, const char *What) {
  if (Good)
    return;
  perror(What);
  exit(1);
}

/// Computes until the thread has had so much of a CPU.
[[gnu::noinline]] void computeFor(int Ms) {
  timespec Begin, Now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &Begin);
  do
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &Now);
  while ((Now.tv_sec - Begin.tv_sec) * 1000 +
             (Now.tv_nsec - Begin.tv_nsec) / 1000000 <
         Ms);
  asm volatile("");
}

static void stop(pid_t Loop) {
  check(kill(Loop, SIGSTOP) == 0, "SIGSTOP");
  usleep(150'000);
  check(kill(Loop, SIGCONT) == 0, "SIGCONT");
}

static void trace(pid_t Loop) {
  check(ptrace(PTRACE_SEIZE, Loop, 0, 0) == 0, "PTRACE_SEIZE");
  check(ptrace(PTRACE_INTERRUPT, Loop, 0, 0) == 0, "PTRACE_INTERRUPT");
  check(waitpid(Loop, nullptr, __WALL) == Loop, "waitpid");
  usleep(150'000);
  check(ptrace(PTRACE_DETACH, Loop, 0, 0) == 0, "PTRACE_DETACH");
}

/// Acts when the loop says so.
static pid_t startHelper(const char *Kind, int Told) {
  pid_t Loop = getpid(), Helper = fork();
  check(Helper >= 0, "fork");
  if (Helper)
    return Helper;
  char Byte;
  check(read(Told, &Byte, 1) == 1, "read");
  usleep(3000);
  if (!strcmp(Kind, "stopped"))
    stop(Loop);
  else if (!strcmp(Kind, "traced"))
    trace(Loop);
  _exit(0);
}

int main(int Count, char **Arguments) {
  check(Count == 2, "usage");
  bool Throttled = !strcmp(Arguments[1], "throttled");
  int Pipe[2], Event = eventfd(1, 0), Epoll = epoll_create1(0);
  epoll_event Ready = {.events = EPOLLIN, .data = {}};
  check(pipe(Pipe) == 0 && Event >= 0 && Epoll >= 0 &&
            epoll_ctl(Epoll, EPOLL_CTL_ADD, Event, &Ready) == 0,
        "set-up");
  pid_t Helper = startHelper(Arguments[1], Pipe[0]);
  prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY, 0, 0, 0); // Fails without Yama.
  for (int I = 0; I < 40; ++I) {
    check(epoll_wait(Epoll, &Ready, 1, -1) == 1, "epoll_wait");
    if (I == 20) {
      check(write(Pipe[1], "", 1) == 1, "write");
      computeFor(Throttled ? 40 : 20);
    }
    usleep(500);
  }
  check(waitpid(Helper, nullptr, 0) == Helper, "waitpid");
  return 0;
}

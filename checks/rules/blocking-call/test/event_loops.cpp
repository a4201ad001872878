// RUN: %check_nostall %s
// Which loops are event loops, and which only wait for one thing.

#include <cerrno>
#include <functional>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>

struct Connection {
  int Fd;
  void (*OnReadable)(Connection &);
  bool Closed = false;
};

static void settle() { usleep(100000); }

// Waits for several descriptors, and says so.
void bad_poll_two(pollfd (&Fds)[2]) {
  while (true) {
    poll(Fds, 2, -1);
    if (Fds[0].revents & POLLIN)
      settle();
    // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'settle' blocks the event loop in 'usleep': it suspends the thread [nostall-blocking-call]
  }
}

// A thread that serves one descriptor is no event loop.
void ok_poll_one(int Fd) {
  pollfd P{Fd, POLLIN, 0};
  while (true) {
    poll(&P, 1, -1);
    settle();
  }
}

// Nor is a call that is made again when a signal came.
int ok_poll_retry(pollfd *Fds, nfds_t N) {
  int Result;
  do
    Result = poll(Fds, N, 1000);
  while (Result < 0 && errno == EINTR);
  sleep(1);
  return Result;
}

// The loop around the retry is one.
void bad_loop_around_retry(pollfd *Fds, nfds_t N, Connection *All) {
  for (;;) {
    ok_poll_retry(Fds, N);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'ok_poll_retry' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
    for (nfds_t I = 0; I < N; ++I)
      All[I].OnReadable(All[I]);
  }
}

// Nothing says how many descriptors are in a set: a loop is one when it calls
// what only run time knows.
void bad_select_dispatch(fd_set *Set, Connection *All, int N) {
  for (;;) {
    select(N, Set, nullptr, nullptr, nullptr);
    for (int I = 0; I < N; ++I)
      All[I].OnReadable(All[I]);
    sleep(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  }
}

void ok_select_one(int Fd) {
  for (;;) {
    fd_set Set;
    FD_ZERO(&Set);
    FD_SET(Fd, &Set);
    select(Fd + 1, &Set, nullptr, nullptr, nullptr);
    sleep(1);
  }
}

// The wait stands in a function of its own.
static int waitForEvents(int Epoll, epoll_event *Events) {
  return epoll_wait(Epoll, Events, 16, -1);
}

static void pauseFor(unsigned Seconds) { sleep(Seconds); }

void bad_wait_in_helper(int Epoll) {
  epoll_event Events[16];
  bool Stop = false;
  while (!Stop) {
    int N = waitForEvents(Epoll, Events);
    for (int I = 0; I < N; ++I)
      pauseFor(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'pauseFor' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
  }
  // Here the loop has ended.
  sleep(2);
}

// One round of the loop; whoever runs it in a loop has the event loop.
class Reactor {
public:
  void runOnce() {
    epoll_event Events[16];
    int N = epoll_wait(Epoll, Events, 16, -1);
    for (int I = 0; I < N; ++I)
      handle(Events[I].data.ptr);
  }
  void handle(void *Data);
  int Epoll;
};

void Reactor::handle(void *) { sleep(1); }

void bad_run(Reactor &R) {
  while (true)
    R.runOnce();
  // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'Reactor::runOnce' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

// Inside of a callback a wait is no loop but a stall.
[[clang::annotate("nostall::loop")]] void bad_wait_in_callback(int Fd) {
  pollfd P{Fd, POLLOUT, 0};
  poll(&P, 1, 5000);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'poll' blocks the event loop: it waits until a descriptor is ready [nostall-blocking-call]
}

[[clang::annotate("nostall::loop")]] bool ok_look_in_callback(int Fd) {
  pollfd P{Fd, POLLOUT, 0};
  return poll(&P, 1, 0) == 1;
}

[[clang::annotate("nostall::loop")]] void bad_retry_in_callback(int Fd) {
  pollfd P{Fd, POLLOUT, 0};
  while (poll(&P, 1, 5000) < 0 && errno == EINTR)
    ;
  // CHECK-MESSAGES: :[[@LINE-2]]:10: warning: 'poll' blocks the event loop: {{.*}} [nostall-blocking-call]
}

//===----------------------------------------------------------------------===//
// All in one function, with calls of libraries only
//===----------------------------------------------------------------------===//

void bad_inline_server(int Epoll, int Listener, int Log) {
  char Buffer[512];
  epoll_event Events[16];
  while (true) {
    int N = epoll_wait(Epoll, Events, 16, -1);
    for (int I = 0; I < N; ++I) {
      write(Log, Buffer, read(Events[I].data.fd, Buffer, sizeof Buffer));
      fsync(Log);
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'fsync' blocks the event loop: it waits until the disk has written the data [nostall-blocking-call]
    }
  }
}

void bad_inline_copier(pollfd (&Fds)[2]) {
  while (true) {
    poll(Fds, 2, -1);
    if (Fds[0].revents & POLLIN)
      usleep(100000);
    // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'usleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  }
}

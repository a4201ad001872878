// RUN: %check_nostall %s
// What is said of a callable that is stored and that a loop of the program's
// own runs: where it stands, where it is kept, where it is run.

#include <functional>
#include <map>
#include <sys/epoll.h>
#include <unistd.h>

static void save(int Fd) { fsync(Fd); }

class Reactor {
public:
  void watch(int Fd, std::function<void()> Handler) {
    Handlers[Fd] = std::move(Handler);
  }
  void run();

private:
  std::map<int, std::function<void()>> Handlers;
  int Epoll = 3;
};

void Reactor::run() {
  epoll_event Events[16];
  while (true) {
    int N = epoll_wait(Epoll, Events, 16, -1);
    for (int I = 0; I < N; ++I)
      Handlers[Events[I].data.fd]();
  }
}

void bad_start(Reactor &R) {
  R.watch(0, [] { save(4); });
}
// CHECK-MESSAGES: :[[@LINE-2]]:19: warning: 'save' blocks the event loop in 'fsync': it waits until the disk has written the data [nostall-blocking-call]
// CHECK-MESSAGES: :[[@LINE-11]]:3: note: this loop of 'Reactor::run' is an event loop
// CHECK-MESSAGES: :[[@LINE-23]]:18: note: 'lambda in bad_start' is stored in 'Reactor::Handlers' here
// CHECK-MESSAGES: :[[@LINE-10]]:7: note: runs 'lambda in bad_start' from 'Reactor::Handlers'
// CHECK-MESSAGES: :[[@LINE-6]]:19: note: calls 'save'
// CHECK-MESSAGES: :[[@LINE-31]]:28: note: calls 'fsync'
// CHECK-MESSAGES: :[[@LINE-8]]:19: note: instead: do the file access on a worker thread and await its result

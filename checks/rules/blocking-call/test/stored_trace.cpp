// RUN: %check_nostall %s
// The whole report about a callable that is stored, and run by a loop of the
// program's own.

#include <functional>
#include <map>
#include <sys/epoll.h>
#include <unistd.h>

class Reactor {
public:
  void watch(int Fd, std::function<void()> Handler) {
    Handlers[Fd] = std::move(Handler);
  }
  void run() {
    epoll_event Events[16];
    while (true) {
      int N = epoll_wait(Epoll, Events, 16, -1);
      for (int I = 0; I < N; ++I)
        Handlers[Events[I].data.fd]();
    }
  }

private:
  std::map<int, std::function<void()>> Handlers;
  int Epoll = 3;
};

static void save(int Fd) { fsync(Fd); }

void bad_start(Reactor &R) {
  R.watch(0, [] { save(4); });
}

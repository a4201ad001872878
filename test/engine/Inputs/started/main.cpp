#include "../include/task.h"
#include <deque>
#include <sys/epoll.h>
#include <unistd.h>

static std::deque<std::coroutine_handle<>> Ready;
struct NextRound {
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> Waiter) {
    Ready.push_back(Waiter);
  }
  void await_resume() {}
};

static app::Task child() {
  sleep(1);
  co_return;
}
static app::Task lazy() {
  co_await NextRound();
  co_await child();
}
static app::Detached eager() {
  co_await NextRound();
  sleep(2);
}
static app::Detached fromHelper() {
  co_await NextRound();
  sleep(3);
}
static void setUp() { fromHelper(); }

int main() {
  sleep(4); // before the loop
  app::spawn(lazy());
  eager();
  setUp();
  int Epoll = epoll_create1(0);
  while (true) {
    epoll_event Events[8];
    int N = epoll_wait(Epoll, Events, 8, -1);
    for (int I = 0; I < N && !Ready.empty(); ++I) {
      std::coroutine_handle<> Next = Ready.front();
      Ready.pop_front();
      Next.resume();
    }
  }
}

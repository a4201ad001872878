#include "jobs.h"
#include <sys/epoll.h>
#include <thread>
#include <unistd.h>

static int consume() {
  app::Generator All = numbers();
  int Sum = 0;
  while (All.next())
    Sum += All.value();
  return Sum;
}

int main() {
  sleep(9); // before the loop
  std::thread Worker([] {
    app::syncWait(onWorker());
    app::syncWait(onBoth());
    consume();
  });
  int Epoll = epoll_create1(0);
  while (true) {
    epoll_event Events[8];
    int N = epoll_wait(Epoll, Events, 8, -1);
    for (int I = 0; I < N; ++I) {
      app::spawn(onLoop());
      app::spawn(onBoth());
      eager();
    }
  }
}

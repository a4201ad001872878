#include "store.h"
#include <coroutine_types.h>
#include <sys/epoll.h>
#include <unistd.h>

static Store Rows;
static std::mutex Guard;

mock::Task<> session() {
  Rows.load();
  Rows.save("a");
  std::lock_guard Lock(Guard);
  co_await mock::yield();
}

mock::Task<int> checksum(const char *Text) {
  int Sum = 0;
  for (int I = 0; I < 40'000'000; ++I)
    Sum += Text[I];
  co_return Sum;
}

void quiet() {
  usleep(1000); // nobody calls it
}

int main() {
  int Epoll = epoll_create1(0);
  while (true) {
    epoll_event Events[8];
    int N = epoll_wait(Epoll, Events, 8, -1);
    for (int I = 0; I < N; ++I)
      Rows.save("b");
    usleep(2000); // NOLINT(nostall-blocking-call)
  }
}

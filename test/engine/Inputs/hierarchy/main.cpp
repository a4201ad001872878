#include "store.h"
#include <sys/epoll.h>

int main(int Count, char **) {
  std::unique_ptr<Store> Rows = openStore(Count > 1);
  int Epoll = epoll_create1(0);
  for (;;) {
    epoll_event Events[4];
    int N = epoll_wait(Epoll, Events, 4, -1);
    for (int I = 0; I < N; ++I)
      Rows->saveTwice("row");
    if (N == 0)
      break;
  }
  Rows->close();
}

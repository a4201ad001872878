#include "store/store.h"
#include <sys/epoll.h>

int main() {
  int Epoll = epoll_create1(0);
  while (true) {
    epoll_event Events[8];
    int N = epoll_wait(Epoll, Events, 8, -1);
    for (int I = 0; I < N; ++I)
      save();
    plain();
  }
}

#include "helper.h"
#include <sys/epoll.h>

class Session {
public:
  void tick() { helper(); }
};

int main() {
  int Epoll = epoll_create1(0);
  for (;;) {
    epoll_event Events[4];
    int N = epoll_wait(Epoll, Events, 4, -1);
    for (int I = 0; I < N; ++I)
      Session().tick();
  }
}

#include "reactor.h"
#include <sys/epoll.h>
#include <utility>

void Reactor::watch(int Descriptor, Handler OnReadable) {
  epoll_event Event = {};
  Event.data.fd = Descriptor;
  epoll_ctl(Epoll, EPOLL_CTL_ADD, Descriptor, &Event);
  Handlers[Descriptor] = std::move(OnReadable);
}

void Reactor::post(std::function<void()> Later) {
  Posted.push_back(std::move(Later));
}

void Reactor::runPosted() {
  for (auto &Later : std::exchange(Posted, {}))
    Later();
}

void Reactor::run() {
  Epoll = epoll_create1(0);
  while (true) {
    epoll_event Events[16];
    int N = epoll_wait(Epoll, Events, 16, -1);
    for (int I = 0; I < N; ++I) {
      auto It = Handlers.find(Events[I].data.fd);
      if (It != Handlers.end())
        It->second(Events[I].data.fd);
    }
    runPosted();
  }
}

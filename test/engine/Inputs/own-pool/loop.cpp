#include "loop.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>

Loop::Loop()
    : Epoll(epoll_create1(0)), Wakeup(eventfd(0, EFD_NONBLOCK)) {
  epoll_event Event = {};
  epoll_ctl(Epoll, EPOLL_CTL_ADD, Wakeup, &Event);
}

void Loop::put(std::coroutine_handle<> Waiter) {
  std::lock_guard Lock(Mutex);
  Ready.push_back(Waiter);
  eventfd_write(Wakeup, 1);
}

void Loop::resumeAll() {
  std::deque<std::coroutine_handle<>> Mine;
  {
    std::lock_guard Lock(Mutex);
    Mine.swap(Ready);
  }
  for (std::coroutine_handle<> Next : Mine)
    Next.resume();
}

void Loop::run() {
  while (true) {
    epoll_event Events[8];
    epoll_wait(Epoll, Events, 8, -1);
    resumeAll();
  }
}

// A loop by hand: five rounds of 30 ms, and what never runs.
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

static void slow() { usleep(30000); }
static void never() { sleep(1); }

int main(int Argc, char **) {
  int Epoll = epoll_create1(0), Event = eventfd(1, 0);
  epoll_event Wanted = {};
  Wanted.events = EPOLLIN;
  epoll_ctl(Epoll, EPOLL_CTL_ADD, Event, &Wanted);
  for (int Round = 0; Round < 5; ++Round) {
    epoll_event Events[4];
    int N = epoll_wait(Epoll, Events, 4, 1000);
    for (int I = 0; I < N; ++I) {
      slow();
      if (Argc > 1)
        never();
    }
  }
}

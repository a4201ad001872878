// An event loop that stalls for 20 ms, ten times a second, in a call and in a
// computation by turns; until it is ended. usage: stalls [SECONDS]
#include <chrono>
#include <cstdlib>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

using Clock = std::chrono::steady_clock;

[[gnu::noinline]] static void flushLog() {
  usleep(20'000);
  asm volatile("");
}

[[gnu::noinline]] static void render() {
  auto End = Clock::now() + std::chrono::milliseconds(20);
  while (Clock::now() < End)
    ;
  asm volatile("");
}

int main(int Count, char **Arguments) {
  int Seconds = Count > 1 ? atoi(Arguments[1]) : 60;
  int Epoll = epoll_create1(0), Timer = timerfd_create(CLOCK_MONOTONIC, 0);
  itimerspec Period = {{0, 50'000'000}, {0, 50'000'000}};
  timerfd_settime(Timer, 0, &Period, nullptr);
  epoll_event Event = {};
  Event.events = EPOLLIN;
  epoll_ctl(Epoll, EPOLL_CTL_ADD, Timer, &Event);
  auto End = Clock::now() + std::chrono::seconds(Seconds);
  for (unsigned Round = 0; Clock::now() < End; ++Round) {
    if (epoll_wait(Epoll, &Event, 1, 1000) != 1)
      continue;
    unsigned long Expired;
    if (read(Timer, &Expired, sizeof(Expired)) != sizeof(Expired))
      return 1;
    if (Round % 4 == 0)
      flushLog();
    else if (Round % 4 == 2)
      render();
  }
}

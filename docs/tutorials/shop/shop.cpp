#include "orders.h"
#include <cstdint>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

// A timer stands in for the customers: one order every 20 ms.
static int openShop() {
  itimerspec each = {{0, 20'000'000}, {0, 20'000'000}};
  int customers = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
  timerfd_settime(customers, 0, &each, nullptr);
  return customers;
}

int main() {
  int customers = openShop();
  int loop = epoll_create1(0);
  epoll_event event = {EPOLLIN, {}};
  epoll_ctl(loop, EPOLL_CTL_ADD, customers, &event);
  for (int number = 0; number < 67; ++number) {
    epoll_wait(loop, &event, 1, -1);
    uint64_t expired;
    if (read(customers, &expired, sizeof(expired)) > 0)
      takeOrder(number);
  }
}

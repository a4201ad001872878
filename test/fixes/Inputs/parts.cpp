// A header of its own, a lambda that is a coroutine, locks that are gone.
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp> /* a comment that goes on
                                      in the next line */
#include "parts.h"

#include <mutex>

#include <unistd.h>

static std::mutex Mutex;

boost::asio::awaitable<void> locked() {
  std::scoped_lock Lock(Mutex);
  sleep(1);
  co_return;
}

boost::asio::awaitable<void> unlocked() {
  {
    std::scoped_lock Lock(Mutex);
  }
  sleep(2);
  co_return;
}

void start(boost::asio::io_context &Io) {
  auto Nap = []() -> boost::asio::awaitable<void> {
    sleep(3);
    co_return;
  };
  boost::asio::co_spawn(Io, Nap, boost::asio::detached);
}

#include <oldasio/awaitable.hpp>
#include <unistd.h>

oldasio::awaitable<void> session() {
  sleep(1);
  co_return;
}

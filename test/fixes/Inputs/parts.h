#ifndef PARTS_H
#define PARTS_H

#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#if 0
#include <boost/asio/steady_timer.hpp>
#endif

#include <unistd.h>

inline boost::asio::awaitable<void> in_header() {
  sleep(4);
  co_return;
}

#endif

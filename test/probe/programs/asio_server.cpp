//===- asio_server.cpp - coroutines of Boost.Asio that stall --------------===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// usage: asio_server PORT SLOW-TO-SYNC-FILE USER
//
// Each path but / blocks the loop in another way, in a coroutine of its own.
//
//===----------------------------------------------------------------------===//

#include <utility> // Boost 1.74 uses std::exchange without it.

#include <boost/asio.hpp>
#include <chrono>
#include <cstdint>
#include <fcntl.h>
#include <iostream>
#include <pwd.h>
#include <string>
#include <thread>
#include <unistd.h>

namespace asio = boost::asio;
using asio::ip::tcp;
using namespace std::chrono_literals;

namespace {

std::string SlowFile, User;

asio::awaitable<std::string> saveToDisk() {
  int File = open(SlowFile.c_str(), O_WRONLY | O_TRUNC);
  ssize_t Written = write(File, "saved", 5);
  int Synced = fsync(File); // STALL(fsync)
  close(File);
  co_return std::to_string(Written + Synced);
}

void backOff(std::chrono::milliseconds Time) {
  std::this_thread::sleep_for(Time); // STALL(sleep)
}

asio::awaitable<std::string> retryLater() {
  backOff(40ms); // STALL(caller)
  co_return "slept";
}

asio::awaitable<std::string> findUser() {
  passwd *Found = getpwnam(User.c_str()); // STALL(getpwnam)
  co_return Found ? std::to_string(Found->pw_uid) : "unknown";
}

std::uint64_t sumNumbers() {
  const auto End = std::chrono::steady_clock::now() + 40ms;
  volatile std::uint64_t Sum = 0;
  while (std::chrono::steady_clock::now() < End) // STALL(sum begin)
    for (std::uint64_t I = 0; I < 20000; ++I)
      Sum = Sum + I * I; // STALL(sum end)
  return Sum;
}

asio::awaitable<std::string> compute() {
  co_return std::to_string(sumNumbers() & 1);
}

asio::awaitable<std::string> answer(std::string_view Path) {
  if (Path == "/save")
    co_return co_await saveToDisk();
  if (Path == "/sleep")
    co_return co_await retryLater();
  if (Path == "/user")
    co_return co_await findUser();
  if (Path == "/sum")
    co_return co_await compute();
  co_return std::to_string(getpid());
}

asio::awaitable<void> serve(tcp::socket Socket) try {
  Socket.set_option(tcp::no_delay(true));
  for (std::string Input;;) {
    std::size_t Length = co_await asio::async_read_until(
        Socket, asio::dynamic_buffer(Input), "\r\n\r\n", asio::use_awaitable);
    std::string Body = co_await answer(
        std::string_view(Input).substr(4, Input.find(' ', 4) - 4));
    Input.erase(0, Length);
    std::string Reply =
        "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(Body.size()) +
        "\r\n\r\n" + Body;
    co_await asio::async_write(Socket, asio::buffer(Reply),
                               asio::use_awaitable);
  }
} catch (const boost::system::system_error &) {
  // The client has gone; that is how each connection ends.
}

asio::awaitable<void> listen(unsigned short Port) {
  tcp::acceptor Acceptor(co_await asio::this_coro::executor,
                         {asio::ip::address_v4::loopback(), Port});
  for (;;) {
    tcp::socket Socket = co_await Acceptor.async_accept(asio::use_awaitable);
    asio::co_spawn(Acceptor.get_executor(), serve(std::move(Socket)),
                   asio::detached);
  }
}

} // namespace

int main(int Count, char **Arguments) {
  if (Count != 4) {
    std::cerr << "usage: asio_server PORT SLOW-TO-SYNC-FILE USER\n";
    return 2;
  }
  SlowFile = Arguments[2];
  User = Arguments[3];
  asio::io_context Loop(1);
  asio::signal_set Ended(Loop, SIGTERM);
  Ended.async_wait([&](auto, int) { Loop.stop(); });
  asio::co_spawn(Loop, listen(std::stoi(Arguments[1])), asio::detached);
  Loop.run();
}

// RUN: %check_nostall %s --real -- -std=c++20 -DBOOST_ASIO_HAS_CO_AWAIT=1 -DBOOST_ASIO_HAS_STD_COROUTINE=1
// Boost.Asio as Debian has it: coroutines, handlers, pools.

#include <utility>

#include <boost/asio.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <fstream>
#include <functional>
#include <thread>

namespace asio = boost::asio;
using asio::ip::tcp;

asio::awaitable<void> bad_session(tcp::socket Socket) {
  char Data[64];
  co_await Socket.async_read_some(asio::buffer(Data), asio::use_awaitable);
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'std::this_thread::sleep_for' blocks the event loop{{.*}} [nostall-blocking-call]
  Socket.read_some(asio::buffer(Data));
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'boost::asio::basic_stream_socket::read_some' blocks{{.*}} [nostall-blocking-call]
  asio::read(Socket, asio::buffer(Data));
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'boost::asio::read' blocks{{.*}} [nostall-blocking-call]
}

asio::awaitable<void> ok_session(tcp::socket Socket) {
  char Data[64];
  asio::steady_timer Timer(Socket.get_executor());
  Timer.expires_after(std::chrono::milliseconds(5));
  co_await Timer.async_wait(asio::use_awaitable);
  co_await asio::async_read(Socket, asio::buffer(Data), asio::use_awaitable);
  Socket.non_blocking(true);
  Socket.read_some(asio::buffer(Data));
}

asio::awaitable<void> bad_resolve(asio::io_context &Io) {
  tcp::resolver Resolver(Io);
  Resolver.resolve("example.org", "http");
  // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: {{.*}}resolve' blocks{{.*}} [nostall-blocking-call]
  co_await Resolver.async_resolve("example.org", "http", asio::use_awaitable);
}

struct Server {
  asio::io_context &Io;
  asio::thread_pool &Pool;
  asio::steady_timer Timer;

  void start() {
    Timer.async_wait(std::bind(&Server::bad_tick, this));
    Timer.async_wait([this](boost::system::error_code) { bad_tick(); });
    asio::post(Io, [] {
      std::ifstream In("a");
      // CHECK-MESSAGES: :[[@LINE-1]]:21: warning: {{.*}}basic_ifstream' may block{{.*}} [nostall-blocking-call]
    });
    asio::post(Pool, [] { std::ifstream In("ok: on the pool"); });
  }
  void bad_tick() {
    std::ofstream Out("b");
    // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: {{.*}}basic_ofstream' may block{{.*}} [nostall-blocking-call]
  }
};

asio::awaitable<void> ok_on_pool() {
  std::this_thread::sleep_for(std::chrono::seconds(1));
  co_return;
}

int main() {
  asio::io_context Io;
  asio::thread_pool Pool;
  std::this_thread::sleep_for(std::chrono::seconds(1));
  asio::co_spawn(Io, bad_session(tcp::socket(Io)), asio::detached);
  asio::co_spawn(Io, ok_session(tcp::socket(Io)), asio::detached);
  asio::co_spawn(Io, bad_resolve(Io), asio::detached);
  asio::co_spawn(Pool, ok_on_pool(), asio::detached);
  Server S{Io, Pool, asio::steady_timer(Io)};
  S.start();
  Io.run();
}

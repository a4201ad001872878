// RUN: %check_nostall %s
// Coroutines of Boost.Asio: on a loop, on a pool, and moved between them.

#include <boost/asio.hpp>
#include <thread>
#include <unistd.h>

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;
using namespace std::chrono_literals;

static void settle() { std::this_thread::sleep_for(100ms); }

awaitable<void> bad_session(tcp::socket Socket) {
  char Data[64];
  co_await Socket.async_read_some(asio::buffer(Data), use_awaitable);
  settle();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'settle' blocks the event loop in 'std::this_thread::sleep_for': it suspends the thread [nostall-blocking-call]
  asio::write(Socket, asio::buffer(Data));
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'boost::asio::write' may block the event loop: it waits for buffer space when the peer reads slowly [nostall-blocking-call]
}

awaitable<void> ok_session(tcp::socket Socket) {
  char Data[64];
  co_await Socket.async_read_some(asio::buffer(Data), use_awaitable);
  asio::steady_timer Timer(co_await asio::this_coro::executor);
  Timer.expires_after(100ms);
  co_await Timer.async_wait(use_awaitable);
  co_await asio::async_write(Socket, asio::buffer(Data), use_awaitable);
}

awaitable<void> bad_resolve(asio::io_context &Context) {
  tcp::resolver Resolver(Context);
  Resolver.resolve("example.org", "https");
  // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'boost::asio::ip::basic_resolver::resolve' blocks the event loop: it asks name servers over the network [nostall-blocking-call]
  co_await Resolver.async_resolve("example.org", "https", use_awaitable);
}

// Awaited: what blocks is reported in the innermost coroutine, once.
awaitable<int> bad_inner() {
  sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  co_return 1;
}

awaitable<int> ok_outer() { co_return co_await bad_inner(); }
awaitable<int> ok_outermost() {
  int N = co_await ok_outer();
  co_return N + co_await bad_inner();
}

// Only ever started on a pool.
awaitable<void> ok_on_pool() {
  sleep(1);
  co_return;
}

awaitable<void> ok_uses_pool(asio::thread_pool &Pool) {
  co_await asio::co_spawn(Pool, ok_on_pool(), use_awaitable);
  co_await asio::co_spawn(Pool.get_executor(), ok_on_pool(), use_awaitable);
  co_await asio::co_spawn(
      Pool,
      []() -> awaitable<void> {
        sleep(1);
        co_return;
      },
      use_awaitable);
}

// On both: it is the loop that suffers.
awaitable<void> bad_on_pool_and_loop() {
  sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  co_return;
}

awaitable<void> bad_lambda(asio::io_context &Context) {
  asio::co_spawn(
      Context,
      []() -> awaitable<void> {
        sleep(1);
        // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
        co_return;
      },
      asio::detached);
  co_return;
}

// Awaiting post() with a token bound to the pool moves the coroutine there.
awaitable<void> ok_moves(asio::thread_pool &Pool) {
  co_await asio::post(asio::bind_executor(Pool, use_awaitable));
  sleep(1);
}

awaitable<void> bad_moves_back(asio::thread_pool &Pool) {
  co_await asio::co_spawn(Pool, ok_on_pool(), use_awaitable);
  sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}

// A plain function posted to the pool from a coroutine.
awaitable<void> ok_posts_to_pool(asio::thread_pool &Pool) {
  asio::post(Pool, [] { settle(); });
  co_return;
}

int main() {
  asio::io_context Context;
  asio::thread_pool Pool(4);
  asio::co_spawn(Context, bad_session(tcp::socket(Context)), asio::detached);
  asio::co_spawn(Context, ok_session(tcp::socket(Context)), asio::detached);
  asio::co_spawn(Context, bad_resolve(Context), asio::detached);
  asio::co_spawn(Context, ok_outermost(), asio::detached);
  asio::co_spawn(Context, ok_uses_pool(Pool), asio::detached);
  asio::co_spawn(Pool, bad_on_pool_and_loop(), asio::detached);
  asio::co_spawn(Context, bad_on_pool_and_loop(), asio::detached);
  asio::co_spawn(Context, bad_lambda(Context), asio::detached);
  asio::co_spawn(Context, ok_moves(Pool), asio::detached);
  asio::co_spawn(Context, bad_moves_back(Pool), asio::detached);
  asio::co_spawn(Context, ok_posts_to_pool(Pool), asio::detached);
  settle();
  Context.run();
  Pool.join();
}

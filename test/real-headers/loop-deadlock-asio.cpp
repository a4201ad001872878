// RUN: %check_nostall %s --check nostall-loop-deadlock --real -- -std=c++20 -DBOOST_ASIO_HAS_CO_AWAIT=1 -DBOOST_ASIO_HAS_STD_COROUTINE=1
// Waits of an Asio loop for itself, with Boost.Asio as Debian has it.

#include <utility>

#include <boost/asio.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <memory>
#include <thread>

namespace asio = boost::asio;
using asio::use_future;

asio::awaitable<int> work();

class Server {
public:
  explicit Server(asio::io_context &Io) : Io(Io), Socket(Io) {}
  void bad_spawn() { asio::co_spawn(Io, work(), use_future).get(); }
  void bad_read() {
    char Data[16];
    Socket.async_read_some(asio::buffer(Data), use_future).get();
  }
  void ok_other() { asio::co_spawn(Other, work(), use_future).get(); }

private:
  asio::io_context &Io;
  asio::io_context Other;
  asio::ip::tcp::socket Socket;
};

asio::awaitable<void> bad_coroutine() {
  auto Executor = co_await asio::this_coro::executor;
  asio::co_spawn(Executor, work(), use_future).get();
  // CHECK-MESSAGES: :[[@LINE-1]]:48: error: 'std::future::get' deadlocks the event loop: it waits for the result of 'boost::asio::co_spawn', which only this loop can bring about [nostall-loop-deadlock]
  asio::post(Executor, use_future([] { return 1; })).get();
  // CHECK-MESSAGES: :[[@LINE-1]]:54: error: {{.*}} the result of 'boost::asio::post', {{.*}} [nostall-loop-deadlock]
  asio::post(Executor, std::packaged_task<int()>([] { return 1; })).get();
  // CHECK-MESSAGES: :[[@LINE-1]]:69: error: {{.*}} the result of 'boost::asio::post', {{.*}} [nostall-loop-deadlock]

  std::promise<int> Reference;
  asio::post(Executor, [&] { Reference.set_value(1); });
  Reference.get_future().get();
  // CHECK-MESSAGES: :[[@LINE-1]]:26: error: {{.*}}: it waits for 'std::promise::set_value' in 'lambda in bad_coroutine', which only this loop can run [nostall-loop-deadlock]

  std::promise<int> Moved;
  auto Result = Moved.get_future();
  asio::post(Executor, [P = std::move(Moved)]() mutable { P.set_value(1); });
  Result.get();
  // CHECK-MESSAGES: :[[@LINE-1]]:10: error: {{.*}} [nostall-loop-deadlock]

  auto Shared = std::make_shared<std::promise<int>>();
  asio::post(Executor, [Shared] { Shared->set_value(1); });
  Shared->get_future().wait();
  // CHECK-MESSAGES: :[[@LINE-1]]:24: error: {{.*}} [nostall-loop-deadlock]

  std::packaged_task<int()> Task([] { return 3; });
  auto Later = Task.get_future();
  asio::post(Executor, std::move(Task));
  Later.get();
  // CHECK-MESSAGES: :[[@LINE-1]]:9: error: {{.*}}: it waits for 'lambda in bad_coroutine', which only this loop can run [nostall-loop-deadlock]

  std::thread Helper([&] { asio::post(Executor, use_future).get(); });
  Helper.join();
  // CHECK-MESSAGES: :[[@LINE-1]]:10: error: 'std::thread::join' deadlocks the event loop: it waits for 'lambda in bad_coroutine', which itself waits for this loop [nostall-loop-deadlock]
}

int main() {
  asio::io_context Io;
  Server S(Io);
  asio::post(Io, [&] { S.bad_spawn(); });
  // CHECK-MESSAGES: :[[@LINE-1]]:26: error: 'Server::bad_spawn' deadlocks the event loop in 'std::future::get': {{.*}} [nostall-loop-deadlock]
  asio::post(Io, [&] { S.bad_read(); });
  // CHECK-MESSAGES: :[[@LINE-1]]:26: error: 'Server::bad_read' deadlocks the event loop in 'std::future::get': {{.*}} [nostall-loop-deadlock]
  asio::post(Io, [&] { S.ok_other(); });
  asio::post(Io, [&] { Io.run(); });
  // CHECK-MESSAGES: :[[@LINE-1]]:27: error: 'boost::asio::io_context::run' runs the event loop inside of itself: {{.*}} [nostall-loop-deadlock]
  asio::post(Io, [&] { Io.poll(); });
  asio::co_spawn(Io, bad_coroutine(), asio::detached);
  Io.run();
}

// RUN: %check_nostall %s --check nostall-loop-deadlock
// Loops are told apart; another thread's does its work meanwhile.

#include <boost/asio.hpp>
#include <memory>
#include <thread>
#include <vector>

namespace asio = boost::asio;
using asio::use_future;

asio::awaitable<int> load();
void use(int);

/// Each gets its loop by reference.
class Client {
public:
  explicit Client(asio::io_context &Io) : Io(Io) {}
  int ask() { return asio::co_spawn(Io, load(), use_future).get(); }

private:
  asio::io_context &Io;
};

struct Front {
  asio::io_context Io, Back;
  Client OfBack{Back};
  void start() {
    asio::post(Io, [this] {
      use(asio::co_spawn(Io, load(), use_future).get());
      // CHECK-MESSAGES: :[[@LINE-1]]:50: error: 'std::future::get' deadlocks the event loop: {{.*}} [nostall-loop-deadlock]
      use(asio::co_spawn(Io.get_executor(), load(), use_future).get());
      // CHECK-MESSAGES: :[[@LINE-1]]:65: error: 'std::future::get' deadlocks the event loop: {{.*}} [nostall-loop-deadlock]
      use(asio::co_spawn(asio::make_strand(Io), load(), use_future).get());
      // CHECK-MESSAGES: :[[@LINE-1]]:69: error: 'std::future::get' deadlocks the event loop: {{.*}} [nostall-loop-deadlock]
      // Not of this loop.
      use(asio::co_spawn(Back, load(), use_future).get());
      use(OfBack.ask());
    });
    asio::steady_timer Timer(Io);
    Timer.async_wait([this](auto) {
      use(asio::co_spawn(Io, load(), use_future).get());
      // CHECK-MESSAGES: :[[@LINE-1]]:50: error: 'std::future::get' deadlocks the event loop: {{.*}} [nostall-loop-deadlock]
    });
  }
};

/// Several threads run it: one may wait for another.
struct Many {
  asio::io_context Io;
  std::vector<std::thread> Threads;
  void start() {
    asio::post(Io, [this] { use(asio::co_spawn(Io, load(), use_future).get()); });
    for (int I = 0; I < 4; ++I)
      Threads.emplace_back([this] { Io.run(); });
  }
};

/// Asks which thread it is on.
struct Asking {
  asio::io_context Io;
  std::thread::id Thread;
  bool isOwn() const { return std::this_thread::get_id() == Thread; }
  int ok_asks() {
    if (isOwn())
      return 0;
    return asio::co_spawn(Io, load(), use_future).get();
  }
  void bad_asks_wrongly() {
    if (isOwn())
      use(asio::co_spawn(Io, load(), use_future).get());
  }
  void start() {
    asio::post(Io, [this] { use(ok_asks()); });
    asio::post(Io, [this] { bad_asks_wrongly(); });
    // CHECK-MESSAGES: :[[@LINE-1]]:29: error: 'Asking::bad_asks_wrongly' deadlocks the event loop in {{.*}} [nostall-loop-deadlock]
    Io.run();
  }
};

/// Nothing shows who runs it.
struct Library {
  asio::io_context &Io;
  explicit Library(asio::io_context &Io) : Io(Io) {}
  void start() {
    asio::post(Io, [this] {
      use(asio::co_spawn(Io, load(), use_future).get());
      // CHECK-MESSAGES: :[[@LINE-1]]:50: warning: 'std::future::get' may deadlock the event loop: {{.*}} [nostall-loop-deadlock]
    });
  }
};

int main() {
  Front F;
  F.start();
  std::thread Behind([&] { F.Back.run(); });
  Many M;
  M.start();
  Asking A;
  A.start();
  F.Io.run();
}

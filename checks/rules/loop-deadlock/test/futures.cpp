// RUN: %check_nostall %s
// Futures of work for the loop that waits for them: coroutines, posted
// callables, asynchronous operations.

#include <boost/asio.hpp>
#include <future>

namespace asio = boost::asio;
using asio::use_future;
using namespace std::chrono_literals;

asio::awaitable<int> load();
void use(int);

class Server {
public:
  explicit Server(asio::io_context &Io) : Io(Io), Socket(Io) {}
  void start();

private:
  void bad_spawn() { use(asio::co_spawn(Io, load(), use_future).get()); }
  void bad_post() { asio::post(Io, use_future).wait(); }
  void bad_operation() {
    std::future<std::size_t> Read =
        Socket.async_read_some(asio::buffer(Data), use_future);
    use(Read.get());
  }
  std::future<int> begin() { return asio::co_spawn(Io, load(), use_future); }
  void bad_helper() { use(begin().get()); }
  void finish(std::future<int> &Result) { use(Result.get()); }
  void bad_in_helper() {
    auto Result = begin();
    finish(Result);
  }
  void bad_member() {
    Later = begin();
    use(Later.get());
  }
  void bad_shared() {
    std::shared_future<int> Result = begin().share();
    use(Result.get());
  }
  void ok_time_limit() {
    // Ends after all: a blocking call.
    begin().wait_for(1s);
  }
  void ok_ready() {
    auto Result = begin();
    if (Result.wait_for(0s) == std::future_status::ready)
      use(Result.get());
  }
  void ok_served_by_hand() {
    auto Result = begin();
    for (int I = 0; I < 100; ++I)
      Io.poll();
    use(Result.get());
  }
  void ok_not_waited() { Later = begin(); }
  void ok_started_in_another_turn() { use(Earlier.get()); }
  void ok_starts() { Earlier = begin(); }
  void ok_pool() { use(asio::co_spawn(Pool, load(), use_future).get()); }
  void ok_async() { use(std::async([] { return 1; }).get()); }

  asio::io_context &Io;
  asio::ip::tcp::socket Socket;
  asio::thread_pool Pool;
  char Data[64];
  std::future<int> Later, Earlier;
};

void Server::start() {
  asio::post(Io, [this] { bad_spawn(); });
  // CHECK-MESSAGES: :[[@LINE-1]]:27: error: 'Server::bad_spawn' deadlocks the event loop in 'std::future::get': it waits for the result of 'boost::asio::co_spawn', which only this loop can bring about [nostall-loop-deadlock]
  asio::post(Io, [this] { bad_post(); });
  // CHECK-MESSAGES: :[[@LINE-1]]:27: error: 'Server::bad_post' deadlocks the event loop in '{{.*}}wait': it waits for the result of 'boost::asio::post', {{.*}} [nostall-loop-deadlock]
  asio::post(Io, [this] { bad_operation(); });
  // CHECK-MESSAGES: :[[@LINE-1]]:27: error: 'Server::bad_operation' deadlocks the event loop in 'std::future::get': it waits for the result of '{{.*}}async_read_some', {{.*}} [nostall-loop-deadlock]
  asio::post(Io, [this] { bad_helper(); });
  // CHECK-MESSAGES: :[[@LINE-1]]:27: error: 'Server::bad_helper' deadlocks the event loop in {{.*}} [nostall-loop-deadlock]
  asio::post(Io, [this] { bad_in_helper(); });
  // CHECK-MESSAGES: :[[@LINE-1]]:27: error: 'Server::bad_in_helper' deadlocks the event loop in {{.*}} [nostall-loop-deadlock]
  asio::post(Io, [this] { bad_member(); });
  // CHECK-MESSAGES: :[[@LINE-1]]:27: error: 'Server::bad_member' deadlocks the event loop in {{.*}} [nostall-loop-deadlock]
  asio::post(Io, [this] { bad_shared(); });
  // CHECK-MESSAGES: :[[@LINE-1]]:27: error: 'Server::bad_shared' deadlocks the event loop in {{.*}} [nostall-loop-deadlock]
  asio::post(Io, [this] { ok_time_limit(); });
  // CHECK-MESSAGES: :[[@LINE-1]]:27: warning: {{.*}}wait_for{{.*}} [nostall-blocking-call]
  asio::post(Io, [this] { ok_ready(); });
  asio::post(Io, [this] { ok_served_by_hand(); });
  // CHECK-MESSAGES: :[[@LINE-1]]:27: warning: {{.*}} [nostall-blocking-call]
  asio::post(Io, [this] { ok_not_waited(); });
  asio::post(Io, [this] { ok_started_in_another_turn(); });
  // CHECK-MESSAGES: :[[@LINE-1]]:27: warning: {{.*}} [nostall-blocking-call]
  asio::post(Io, [this] { ok_starts(); });
  asio::post(Io, [this] { ok_pool(); });
  // CHECK-MESSAGES: :[[@LINE-1]]:27: warning: {{.*}} [nostall-blocking-call]
  asio::post(Io, [this] { ok_async(); });
  // CHECK-MESSAGES: :[[@LINE-1]]:27: warning: {{.*}} [nostall-blocking-call]
}

int main() {
  asio::io_context Io;
  Server S(Io);
  S.start();
  // The main thread may wait before it runs the loop, if it likes to.
  Io.run();
}

// RUN: %check_nostall %s
// Executors that come from members, functions, pointers and type-erased
// variables: where a handler runs is where its executor came from.

#include <boost/asio.hpp>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <unistd.h>

#define ON_LOOP [[clang::annotate("nostall::loop")]]
namespace asio = boost::asio;

class Members {
public:
  explicit Members(asio::thread_pool &P)
      : Any(P.get_executor()), Own(asio::make_strand(P)) {}
  ON_LOOP void ok_members() {
    asio::post(Any, [] { sleep(1); });
    asio::post(Own, [] { sleep(2); });
    asio::post(*Pointer, [] { sleep(3); });
    asio::post(executor(), [] { sleep(4); });
  }

private:
  asio::thread_pool::executor_type executor() {
    return Pointer->get_executor();
  }
  asio::any_io_executor Any;
  asio::strand<asio::thread_pool::executor_type> Own;
  std::unique_ptr<asio::thread_pool> Pointer =
      std::make_unique<asio::thread_pool>(2);
};

class LoopMembers {
public:
  explicit LoopMembers(asio::io_context &C) : Any(C.get_executor()) {}
  void bad_members() {
    asio::post(Any, [] {
      sleep(5);
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
    });
  }

private:
  asio::any_io_executor Any;
};
void constructs(asio::thread_pool &P, asio::io_context &C) {
  Members M(P);
  LoopMembers L(C);
}

asio::thread_pool &pool() {
  static asio::thread_pool Pool(2);
  return Pool;
}
ON_LOOP void ok_singleton() {
  asio::post(pool(), [] { sleep(6); });
  pool().get_executor().execute([] { sleep(7); });
}

// Work on a pool, and a callback on the loop with the result.
class Database {
public:
  explicit Database(asio::io_context &C) : Main(C) {}
  void query(std::string Text, std::function<void(int)> Done) {
    asio::post(Pool, [this, Text, Done] {
      int Result = run(Text);
      asio::post(Main, [Done, Result] { Done(Result); });
    });
  }

private:
  int run(const std::string &) { return sleep(8); }
  asio::thread_pool Pool{1};
  asio::io_context &Main;
};
ON_LOOP void bad_result(Database &D) {
  D.query("select 1", [](int) {
    sleep(9);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
}
ON_LOOP void ok_result(Database &D) {
  D.query("select 1", [](int) {});
}

// An executor that comes from outside is taken for a loop's.
void bad_unknown(asio::any_io_executor E) {
  asio::post(E, [] {
    sleep(10);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
}

// A context that is run as a pool, by threads of its own, is still a context:
// nothing in its type says what it is for.
class Background {
public:
  Background() : Thread([this] { Context.run(); }) {}
  void FP_own_context() {
    asio::post(Context, [] {
      sleep(11);
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
    });
  }

private:
  asio::io_context Context;
  std::thread Thread;
};

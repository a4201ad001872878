// RUN: %check_nostall %s
// Folly: an EventBase's callbacks, futures by their executor, coroutines.

#include <folly.h>
#include <unistd.h>

using namespace std::chrono_literals;

folly::EventBase Base;
folly::CPUThreadPoolExecutor Pool(4);
folly::Baton Baton;

folly::Future<int> ask();
folly::coro::Task<int> step();

class Reader : public folly::AsyncReader::ReadCallback {
  void readDataAvailable(size_t) noexcept override {
    ask().get();
    // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'folly::Future::get' blocks the event loop: it blocks the thread until the future is ready [nostall-blocking-call]
    ask().get(0ms);
    folly::coro::blockingWait(step());
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'folly::coro::blocking_wait_fn::operator()' blocks the event loop: {{.*}} [nostall-blocking-call]
    std::string Text;
    folly::readFile("/etc/shop.json", Text);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'folly::readFile' may block the event loop: {{.*}} [nostall-blocking-call]
  }
  void readEOF() noexcept override {
    Baton.wait();
    // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'folly::Baton::wait' blocks the event loop: {{.*}} [nostall-blocking-call]
    Baton.try_wait();
    Baton.try_wait_for(0ms);
    folly::Subprocess().poll();
    folly::Subprocess().wait();
    // CHECK-MESSAGES: :[[@LINE-1]]:25: warning: 'folly::Subprocess::wait' blocks the event loop: {{.*}} [nostall-blocking-call]
  }
};

class Timeout : public folly::AsyncTimeout {
  void timeoutExpired() noexcept override {
    usleep(1000);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'usleep' blocks the event loop: {{.*}} [nostall-blocking-call]
    Base.runInEventBaseThreadAndWait([] {});
    // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'folly::EventBase::runInEventBaseThreadAndWait' blocks the event loop: {{.*}} [nostall-blocking-call]
  }
};

void bad_continuations() {
  Base.runInEventBaseThread([] {
    sleep(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
  ask().via(&Base).thenValue([](int) {
    sleep(2);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
}

void ok_continuations() {
  ask().via(&Pool).thenValue([](int) { sleep(3); });
  ask().via(folly::getGlobalCPUExecutor()).thenValue([](int) { sleep(3); });
  folly::via(folly::getGlobalCPUExecutor(), [] { sleep(4); });
  Pool.add([] { sleep(5); });
}

// Whose executor is not seen.
void FN_continuation() {
  ask().thenValue([](int) { sleep(6); });
}

folly::coro::Task<int> bad_task() {
  sleep(7);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  co_return co_await step();
}

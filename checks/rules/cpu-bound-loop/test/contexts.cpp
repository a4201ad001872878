// RUN: %check_nostall --check nostall-cpu-bound-loop %s
// The same work on an event loop, on workers, and before the loop runs.

#include <coroutine_types.h>
#include <condition_variable>
#include <future>
#include <mutex>
#include <queue>
#include <sys/epoll.h>
#include <thread>
#include <unistd.h>

using mock::Task;

extern int X;
constexpr int Rounds = 5'000'000;

Task<> ok_thread() {
  std::thread([] {
    for (int I = 0; I < Rounds; ++I)
      X += I;
  }).detach();
  co_return;
}

Task<> ok_async() {
  auto Result = std::async(std::launch::async, [] {
    for (int I = 0; I < Rounds; ++I)
      X += I;
  });
  co_return;
}

Task<> ok_lambda_that_nobody_calls() {
  auto Work = [] {
    for (int I = 0; I < Rounds; ++I)
      X += I;
  };
  X += sizeof(Work);
  co_return;
}

Task<> bad_lambda() {
  auto Work = [] {
    for (int I = 0; I < Rounds; ++I)
      X += I;
  };
  Work();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'lambda in bad_lambda' keeps the event loop busy: it makes 5000000 rounds
  co_return;
}

struct Job {
  virtual ~Job();
  virtual void run() = 0;
};
struct LongJob : Job {
  void run() override {
    for (int I = 0; I < Rounds; ++I)
      X += I;
  }
};

Task<> bad_virtual(Job &J) {
  J.run();
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'LongJob::run' keeps the event loop busy: it makes 5000000 rounds
  co_return;
}

// Recursion: what one level does is known, how many there are is not.
static int levels(int N) {
  for (int I = 0; I < 1000; ++I)
    X += I;
  return N ? levels(N - 1) : 0;
}
static void even(int N);
static void odd(int N) {
  if (N)
    even(N - 1);
}
static void even(int N) {
  if (N)
    odd(N - 1);
}

Task<> ok_recursion() {
  levels(3);
  even(4);
  co_return;
}

static int longLevels(int N) {
  for (int I = 0; I < Rounds; ++I)
    X += I;
  return N ? longLevels(N - 1) : 0;
}

Task<> bad_recursion() {
  longLevels(3);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'longLevels' keeps the event loop busy: it makes 5000000 rounds
  co_return;
}

// A program with a loop of its own.
static void ok_prepare() {
  for (int I = 0; I < Rounds; ++I)
    X += I;
}

static void handle() {
  for (int I = 0; I < Rounds; ++I)
    X += I;
}

static std::mutex Mutex;
static std::condition_variable Condition;
static std::queue<int> Queue;

static void ok_consumer() {
  while (true) {
    std::unique_lock Lock(Mutex);
    Condition.wait(Lock, [] { return !Queue.empty(); });
    X += Queue.front();
    Queue.pop();
  }
}

static void ok_busy_worker() {
  for (;;)
    ++X;
}

int main() {
  ok_prepare();
  for (int I = 0; I < Rounds; ++I)
    X += I;
  std::thread Consumer(ok_consumer), Busy(ok_busy_worker);
  int Epoll = epoll_create1(0);
  while (true) {
    epoll_event Events[16];
    int N = epoll_wait(Epoll, Events, 16, -1);
    for (int I = 0; I < N; ++I)
      handle();
    // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'handle' keeps the event loop busy: it makes 5000000 rounds
    for (int I = 0; I < Rounds; ++I)
      X += I;
    // CHECK-MESSAGES: :[[@LINE-2]]:5: warning: this loop makes 5000000 rounds
  }
}

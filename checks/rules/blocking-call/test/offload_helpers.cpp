// RUN: %check_nostall %s
// Helpers of the program that run a callable elsewhere, or here: their bodies
// say which.

#include <boost/asio.hpp>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <unistd.h>
#include <uv.h>
#include <vector>

#define ON_LOOP [[clang::annotate("nostall::loop")]]

static boost::asio::thread_pool Pool(4);
static boost::asio::io_context Context;

template <typename F> void runInPool(F &&Function) {
  boost::asio::post(Pool, std::forward<F>(Function));
}
template <typename F> void runOnLoop(F &&Function) {
  boost::asio::post(Context, std::forward<F>(Function));
}
template <typename F> void runHere(F &&Function) {
  std::forward<F>(Function)();
}
static void runInThread(std::function<void()> Function) {
  std::thread(std::move(Function)).detach();
}
static void runWrapped(std::function<void()> Function) {
  runInThread([Function = std::move(Function)] { Function(); });
}

ON_LOOP void ok_offloads() {
  runInPool([] { sleep(1); });
  runInThread([] { sleep(1); });
  runWrapped([] { sleep(1); });
}

ON_LOOP void bad_runs_here() {
  runHere([] { sleep(2); });
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'runHere' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

void bad_runs_on_loop() {
  runOnLoop([] {
    sleep(3);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
}

// One that takes two: work elsewhere, and what is done with its result.
template <typename Work, typename Done> void runThen(Work W, Done D) {
  boost::asio::post(Pool, [W, D] {
    W();
    boost::asio::post(Context, [D] { D(); });
    // CHECK-MESSAGES: :[[@LINE-1]]:38: warning: 'lambda in bad_then' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
  });
}
void bad_then() {
  runThen([] { sleep(4); }, [] { sleep(5); });
}

// The executor is a parameter: whoever passes it decides.
template <typename Executor, typename F> void runOn(Executor &E, F Function) {
  boost::asio::post(E, Function);
}
void ok_passed_pool(boost::asio::thread_pool &P) {
  runOn(P, [] { sleep(6); });
}
void bad_passed_loop(boost::asio::io_context &C) {
  runOn(C, [] {
    sleep(7);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
}

// A pool of the program's own: threads that take tasks from a queue.
class ThreadPool {
public:
  explicit ThreadPool(int N) {
    for (int I = 0; I < N; ++I)
      Threads.emplace_back([this] { work(); });
  }
  void submit(std::function<void()> Task) {
    {
      std::lock_guard Lock(Mutex);
      Tasks.push_back(std::move(Task));
    }
    Ready.notify_one();
  }
  template <typename F> auto enqueue(F &&Function) {
    using Result = decltype(Function());
    auto Task = std::make_shared<std::packaged_task<Result()>>(
        std::forward<F>(Function));
    std::future<Result> Future = Task->get_future();
    submit([Task] { (*Task)(); });
    return Future;
  }

private:
  void work() {
    while (true) {
      std::function<void()> Task;
      {
        std::unique_lock Lock(Mutex);
        Ready.wait(Lock, [this] { return !Tasks.empty(); });
        Task = std::move(Tasks.front());
        Tasks.pop_front();
      }
      Task();
    }
  }
  std::vector<std::thread> Threads;
  std::deque<std::function<void()>> Tasks;
  std::mutex Mutex;
  std::condition_variable Ready;
};

ON_LOOP void ok_own_pool(ThreadPool &P) {
  P.submit([] { sleep(8); });
  P.enqueue([] { return sleep(8); });
}
ON_LOOP void bad_waits_for_own_pool(ThreadPool &P) {
  P.enqueue([] { return sleep(9); }).get();
  // CHECK-MESSAGES: :[[@LINE-1]]:38: warning: 'std::future::get' blocks the event loop: {{.*}} [nostall-blocking-call]
}

// A struct that goes through libuv's work queue.
struct Job {
  uv_work_t Request;
  std::function<void()> Work;
  std::function<void()> Done;
};
static void queueJob(std::function<void()> Work, std::function<void()> Done) {
  auto *J = new Job{{}, std::move(Work), std::move(Done)};
  J->Request.data = J;
  uv_queue_work(
      uv_default_loop(), &J->Request,
      [](uv_work_t *Request) { static_cast<Job *>(Request->data)->Work(); },
      [](uv_work_t *Request, int) {
        static_cast<Job *>(Request->data)->Done();
      });
}
ON_LOOP void bad_job() {
  queueJob([] { sleep(10); }, [] {
    sleep(11);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
}

// RUN: %check_nostall %s
// What other threads run is not on the loop; waiting for them is.

#include <functional>
#include <future>
#include <memory>
#include <pthread.h>
#include <thread>
#include <unistd.h>
#include <vector>

#define ON_LOOP [[clang::annotate("nostall::loop")]]

static void work() { sleep(1); }
static void *posixWork(void *) {
  sleep(1);
  return nullptr;
}
struct Job {
  void run() { sleep(1); }
  void operator()() { sleep(1); }
};

ON_LOOP void ok_threads(Job &J) {
  std::thread(work).detach();
  std::thread([] { work(); }).detach();
  std::thread(&Job::run, &J).detach();
  std::thread(std::bind(&Job::run, &J)).detach();
  std::thread{Job()}.detach();
  pthread_t Thread;
  pthread_create(&Thread, nullptr, posixWork, nullptr);
}

// A callable that the thread is given as an argument runs there as well.
static void runIt(std::function<void()> F) { F(); }
ON_LOOP void ok_passed_on() { std::thread(runIt, [] { sleep(1); }).detach(); }

static std::vector<std::thread> Threads;
ON_LOOP void ok_kept() {
  Threads.emplace_back([] { sleep(1); });
  Threads.push_back(std::thread(work));
}

ON_LOOP void bad_join() {
  std::thread Thread(work);
  Thread.join();
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'std::thread::join' blocks the event loop: it waits for the thread to end [nostall-blocking-call]
}

ON_LOOP void bad_posix_join(pthread_t Thread) {
  pthread_join(Thread, nullptr);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'pthread_join' blocks the event loop: it waits for the thread to end [nostall-blocking-call]
}

// The destructor joins.
ON_LOOP void bad_jthread() {
  std::jthread Thread(work);
  // CHECK-MESSAGES: :[[@LINE-1]]:16: warning: the destructor of 'std::jthread' may block the event loop: it waits for the thread to end [nostall-blocking-call]
}

class Owner {
  std::jthread Thread;
};
ON_LOOP void bad_jthread_member(std::unique_ptr<Owner> &O) { O.reset(); }
// CHECK-MESSAGES: :[[@LINE-1]]:64: warning: {{.*}}the destructor of 'std::jthread'{{.*}} [nostall-blocking-call]

//===----------------------------------------------------------------------===//
// std::async
//===----------------------------------------------------------------------===//

// The future is thrown away, and its destructor waits.
ON_LOOP void bad_async_discarded() {
  std::async(std::launch::async, work);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the destructor of 'std::future' blocks the event loop: it waits for the task, because std::async made it [nostall-blocking-call]
}

ON_LOOP void bad_async_scope() {
  auto Done = std::async(std::launch::async, [] { work(); });
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: the destructor of 'std::future' blocks the event loop: {{.*}} [nostall-blocking-call]
}

static std::future<void> Pending;
ON_LOOP void ok_async_kept() {
  Pending = std::async(std::launch::async, work);
}

static std::future<void> start() {
  return std::async(std::launch::async, work);
}
ON_LOOP void bad_async_from_helper() {
  start();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: the destructor of 'std::future' blocks the event loop: {{.*}} [nostall-blocking-call]
}

// Only futures of std::async wait in their destructors.
ON_LOOP void ok_promise() {
  std::promise<void> Promise;
  std::future<void> Future = Promise.get_future();
  std::thread([P = std::move(Promise)]() mutable {
    work();
    P.set_value();
  }).detach();
}

ON_LOOP void ok_packaged_task() {
  std::packaged_task<void()> Task(work);
  std::future<void> Future = Task.get_future();
  std::thread(std::move(Task)).detach();
}

// Called here, on the loop.
ON_LOOP void bad_packaged_task() {
  std::packaged_task<void()> Task(work);
  Task();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'work' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

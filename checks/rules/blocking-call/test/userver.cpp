// RUN: %check_nostall %s
// userver: handlers and tasks share the threads of their task processor; the
// engine's own waits are no blocking, and a processor for files may block.

#include <mutex>
#include <unistd.h>
#include <userver.h>

using namespace userver;
using namespace std::chrono_literals;

class Handler : public server::handlers::HttpHandlerBase {
  engine::TaskProcessor &Files;
  utils::PeriodicTask Cleaner;

  std::string HandleRequestThrow(int, int &) const override {
    engine::SleepFor(10ms);
    sleep(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: it suspends the thread [nostall-blocking-call]
    fs::blocking::ReadFileContents("/etc/shop.json");
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'userver::fs::blocking::ReadFileContents' may block the event loop: {{.*}} [nostall-blocking-call]
    utils::Async("step", [] {
      sleep(2);
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
    }).Get();
    engine::AsyncNoSpan([] {
      sleep(3);
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
    });
    engine::AsyncNoSpan(Files, [] { sleep(4); }).Get();
    utils::Async(Files, "read", [] { sleep(5); }).Get();
    return fs::ReadFileContents(Files, "/etc/shop.json");
  }

public:
  void bad_start() {
    Cleaner.Start("clean", 1000ms, [] {
      sleep(6);
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
    });
  }
};

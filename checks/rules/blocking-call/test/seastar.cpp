// RUN: %check_nostall %s
// Seastar: continuations, coroutines and cooperative threads share the reactor.

#include <fstream>
#include <seastar.h>
#include <unistd.h>

using namespace std::chrono_literals;

void bad_continuations(seastar::timer &Timer) {
  seastar::sleep(10ms).then([] {
    usleep(1000);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'usleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
  // A thread of Seastar's is none of the system's.
  seastar::async([] {
    seastar::sleep(10ms).get();
    sleep(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
  seastar::smp::submit_to(1, [] {
    system("logger shard");
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'system' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
  Timer.set_callback([] {
    std::ifstream File("/etc/shop.conf");
    // CHECK-MESSAGES: :[[@LINE-1]]:19: warning: the constructor of 'std::basic_ifstream' may block the event loop: {{.*}} [nostall-blocking-call]
  });
  seastar::repeat([] {
    sleep(2);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
    return seastar::ready();
  });
}

seastar::future<> bad_coroutine() {
  co_await seastar::sleep(10ms);
  sleep(3);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}

seastar::future<> ok_coroutine() {
  co_await seastar::sleep(10ms).then([] { return 1; });
}

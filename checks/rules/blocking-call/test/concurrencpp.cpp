// RUN: %check_nostall %s
// concurrencpp: results are awaited; the pools' functions may wait.

#include <boost/asio.hpp>
#include <concurrencpp.h>
#include <unistd.h>

using namespace std::chrono_literals;

concurrencpp::runtime Runtime;
concurrencpp::manual_executor Manual;

concurrencpp::result<int> ask();

void bad_handlers(boost::asio::io_context &Context) {
  boost::asio::post(Context, [] {
    ask().get();
    // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'concurrencpp::result::get' blocks the event loop: it blocks the thread until the result is there [nostall-blocking-call]
    ask().wait_for(100ms);
    // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'concurrencpp::result::wait_for' blocks the event loop: {{.*}} [nostall-blocking-call]
    ask().wait_for(0ms);
    Manual.loop_once_for(100ms);
    // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'concurrencpp::manual_executor::loop_once_for' blocks the event loop: {{.*}} [nostall-blocking-call]
    Manual.loop_once();
    Runtime.thread_pool_executor()->shutdown();
    // CHECK-MESSAGES: :[[@LINE-1]]:37: warning: 'concurrencpp::thread_pool_executor::shutdown' blocks the event loop: {{.*}} [nostall-blocking-call]
    Runtime.thread_pool_executor()->post([] { sleep(1); });
  });
}

concurrencpp::result<void> ok_moved() {
  co_await concurrencpp::resume_on(Runtime.thread_pool_executor());
  sleep(1);
}

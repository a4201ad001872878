// RUN: %check_nostall %s
// Whole reports: from the root to the call that blocks, and what to use instead
// in the framework at hand.

#include <boost/asio.hpp>
#include <netdb.h>
#include <unistd.h>
#include <uv.h>

namespace asio = boost::asio;

static void lookUp() { gethostbyname("example.org"); }
static void greet() { lookUp(); }

asio::awaitable<void> session() {
  greet();
  co_return;
}

void start(asio::io_context &Context) {
  asio::co_spawn(Context, session(), asio::detached);
}
// CHECK-NOTES: :[[@LINE-7]]:3: warning: 'greet' blocks the event loop in 'gethostbyname': it asks name servers over the network [nostall-blocking-call]
// CHECK-NOTES: :[[@LINE-3]]:3: note: 'session' is given to 'boost::asio::co_spawn' here
// CHECK-NOTES: :[[@LINE-10]]:23: note: 'session' is a coroutine
// CHECK-NOTES: :[[@LINE-10]]:3: note: calls 'greet'
// CHECK-NOTES: :[[@LINE-14]]:23: note: calls 'lookUp'
// CHECK-NOTES: :[[@LINE-16]]:24: note: calls 'gethostbyname'
// CHECK-NOTES: :[[@LINE-13]]:3: note: instead: co_await resolver.async_resolve(host, service, use_awaitable)

// Nobody is seen to start this one.
asio::awaitable<void> lonely() {
  sleep(1);
  co_return;
}
// CHECK-NOTES: :[[@LINE-3]]:3: warning: 'sleep' blocks the event loop: it suspends the thread [nostall-blocking-call]
// CHECK-NOTES: :[[@LINE-5]]:23: note: 'lonely' is a coroutine; where it is started is not known, an event loop is assumed
// CHECK-NOTES: :[[@LINE-5]]:3: note: calls 'sleep'
// CHECK-NOTES: :[[@LINE-6]]:3: note: instead: co_await timer.async_wait(use_awaitable) on a steady_timer

static void onTimer(uv_timer_t *) {
  sleep(2);
}
void timers(uv_timer_t *Timer) {
  uv_timer_start(Timer, onTimer, 0, 0);
}
// CHECK-NOTES: :[[@LINE-5]]:3: warning: 'sleep' blocks the event loop: it suspends the thread [nostall-blocking-call]
// CHECK-NOTES: :[[@LINE-3]]:3: note: 'onTimer' is given to 'uv_timer_start' here
// CHECK-NOTES: :[[@LINE-8]]:13: note: 'onTimer' runs on the event loop
// CHECK-NOTES: :[[@LINE-8]]:3: note: calls 'sleep'
// CHECK-NOTES: :[[@LINE-9]]:3: note: instead: start a timer with uv_timer_start

// What is called without being written.
struct Flushes {
  ~Flushes() { fsync(3); }
};
static void onClose(uv_handle_t *) {
  Flushes F;
}
void closes(uv_handle_t *Handle) { uv_close(Handle, onClose); }
// CHECK-NOTES: :[[@LINE-3]]:11: warning: 'Flushes::~Flushes' blocks the event loop in 'fsync': it waits until the disk has written the data [nostall-blocking-call]
// CHECK-NOTES: :[[@LINE-2]]:36: note: 'onClose' is given to 'uv_close' here
// CHECK-NOTES: :[[@LINE-6]]:13: note: 'onClose' runs on the event loop
// CHECK-NOTES: :[[@LINE-6]]:11: note: implicitly calls the destructor of 'Flushes'
// CHECK-NOTES: :[[@LINE-10]]:16: note: calls 'fsync'
// CHECK-NOTES: :[[@LINE-8]]:11: note: instead: use the uv_fs_* functions with a callback (uv_fs_open, uv_fs_read, uv_fs_write, ...), which work on libuv's thread pool

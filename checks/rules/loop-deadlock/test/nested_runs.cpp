// RUN: %check_nostall %s
// A loop that is run inside of one of its own handlers.

#include <boost/asio.hpp>
#include <event2/event.h>
#include <uv.h>

namespace asio = boost::asio;

class Server {
public:
  void start() {
    asio::post(Io, [this] { Io.run(); });
    // CHECK-MESSAGES: :[[@LINE-1]]:32: error: 'boost::asio::io_context::run' runs the event loop inside of itself: it never returns as long as the handler that calls it is unfinished, since that counts as work [nostall-loop-deadlock]
    asio::post(Io, [this] { bad_run_one(); });
    // CHECK-MESSAGES: :[[@LINE-1]]:29: error: 'Server::bad_run_one' runs the event loop inside of itself in 'boost::asio::io_context::run_one': it waits for the next event while the handler that calls it stands still [nostall-loop-deadlock]
    asio::post(Io, [this] { ok_poll(); });
    asio::post(Io, [this] { ok_another(); });
    // CHECK-MESSAGES: :[[@LINE-1]]:29: warning: 'Server::ok_another' blocks the event loop in 'boost::asio::io_context::run': {{.*}} [nostall-blocking-call]
    asio::post(Io, [this] { ok_for_this(); });
    // CHECK-MESSAGES: :[[@LINE-1]]:29: warning: 'Server::ok_for_this' blocks the event loop in 'boost::asio::io_context::run': {{.*}} [nostall-blocking-call]
  }
  void run() { Io.run(); }

private:
  void bad_run_one() { Io.run_one(); }
  void ok_poll() { Io.poll(); }
  void ok_another() { Other.run(); }
  void ok_for_this() {
    asio::io_context Own;
    Own.run();
  }

  asio::io_context Io, Other;
};

static void bad_uv(uv_timer_t *) {
  uv_run(uv_default_loop(), UV_RUN_DEFAULT);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'uv_run' runs the event loop inside of itself: it is not reentrant, and must not be called from a callback [nostall-loop-deadlock]
}

static void bad_uv_once(uv_timer_t *) {
  uv_run(uv_default_loop(), UV_RUN_ONCE);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'uv_run' runs the event loop inside of itself: {{.*}} [nostall-loop-deadlock]
}

static void ok_uv_nowait(uv_timer_t *) {
  uv_run(uv_default_loop(), UV_RUN_NOWAIT);
}

struct Context {
  event_base *Base;
};

static void bad_libevent(evutil_socket_t, short, void *Argument) {
  auto *C = static_cast<Context *>(Argument);
  event_base_dispatch(C->Base);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: error: 'event_base_dispatch' runs the event loop inside of itself: it fails at once, since only one call at a time can run an event_base [nostall-loop-deadlock]
}

static void ok_libevent_another(evutil_socket_t, short, void *) {
  event_base *Own = event_base_new();
  event_base_dispatch(Own);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'event_base_dispatch' blocks the event loop: {{.*}} [nostall-blocking-call]
}

int main() {
  Server S;
  S.start();
  S.run();

  uv_timer_t Timer;
  uv_timer_init(uv_default_loop(), &Timer);
  uv_timer_start(&Timer, bad_uv, 1, 0);
  uv_timer_start(&Timer, bad_uv_once, 1, 0);
  uv_timer_start(&Timer, ok_uv_nowait, 1, 0);
  uv_run(uv_default_loop(), UV_RUN_DEFAULT);

  Context C{event_base_new()};
  event_base_once(C.Base, -1, EV_TIMEOUT, bad_libevent, &C, nullptr);
  event_base_once(C.Base, -1, EV_TIMEOUT, ok_libevent_another, &C, nullptr);
  event_base_dispatch(C.Base);
}

// RUN: %check_nostall %s --real
// cppzmq: a socket's type and the flag dontwait decide.

#include <chrono>
#include <uv.h>
#include <zmq.hpp>

zmq::context_t Context;

// The type of a socket that is a member is not seen yet.
struct State {
  zmq::socket_t Work{Context, zmq::socket_type::push};
};
static void FN_onTimer(uv_timer_t *Timer) {
  zmq::message_t Message(10);
  static_cast<State *>(Timer->data)->Work.send(Message, zmq::send_flags::none);
}

static void bad_onTimer(uv_timer_t *) {
  zmq::socket_t Work(Context, zmq::socket_type::push);
  zmq::message_t Message(10);
  Work.send(Message, zmq::send_flags::none);
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'zmq::detail::socket_base::send' may block the event loop: it waits while the queue is full or no peer is connected [nostall-blocking-call]
  zmq::pollitem_t Item = {Work.handle(), 0, ZMQ_POLLIN, 0};
  zmq::poll(&Item, 1, std::chrono::milliseconds(100));
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'zmq::poll' blocks the event loop: it waits for messages [nostall-blocking-call]
  Context.close();
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'zmq::context_t::close' blocks the event loop: {{.*}} [nostall-blocking-call]
}

static void ok_onTimer(uv_timer_t *) {
  zmq::socket_t Work(Context, zmq::socket_type::push);
  zmq::socket_t News(Context, zmq::socket_type::pub);
  zmq::message_t Message(10);
  Work.send(Message, zmq::send_flags::dontwait);
  News.send(Message, zmq::send_flags::none);
  zmq::pollitem_t Item = {Work.handle(), 0, ZMQ_POLLIN, 0};
  zmq::poll(&Item, 1, std::chrono::milliseconds(0));
}

void start(uv_timer_t *Timer) {
  uv_timer_start(Timer, bad_onTimer, 100, 0);
  uv_timer_start(Timer, ok_onTimer, 100, 0);
  uv_timer_start(Timer, FN_onTimer, 100, 0);
}

// RUN: %check_nostall %s
// Callbacks of libevent.

#include <event2/bufferevent.h>
#include <event2/http.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void onReadable(evutil_socket_t, short, void *) {
  sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: it suspends the thread [nostall-blocking-call]
}

static void onTimer(evutil_socket_t, short, void *) {
  sleep(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}

static void bad_onChild(evutil_socket_t, short, void *) {
  waitpid(-1, nullptr, 0);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'waitpid' blocks the event loop: it waits for the end of a child process [nostall-blocking-call]
}

static void ok_onChild(evutil_socket_t, short, void *) {
  while (waitpid(-1, nullptr, WNOHANG) > 0)
    ;
}

void events(event_base *Base, int Fd) {
  event_add(event_new(Base, Fd, EV_READ | EV_PERSIST, onReadable, nullptr),
            nullptr);
  event_add(evtimer_new(Base, onTimer, nullptr), nullptr);
  event_add(evsignal_new(Base, SIGCHLD, bad_onChild, nullptr), nullptr);
  event_add(evsignal_new(Base, SIGCHLD, ok_onChild, nullptr), nullptr);
  event_base_once(
      Base, -1, EV_TIMEOUT,
      [](evutil_socket_t, short, void *) {
        sleep(3);
        // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
      },
      nullptr, nullptr);
}

//===----------------------------------------------------------------------===//
// An object behind the argument
//===----------------------------------------------------------------------===//

class Session {
public:
  explicit Session(bufferevent *Stream) {
    bufferevent_setcb(Stream, readCallback, nullptr, eventCallback, this);
  }

private:
  static void readCallback(bufferevent *Stream, void *Argument) {
    static_cast<Session *>(Argument)->bad_onRead();
    // CHECK-MESSAGES: :[[@LINE-1]]:39: warning: 'Session::bad_onRead' blocks the event loop in 'fsync': {{.*}} [nostall-blocking-call]
    static_cast<Session *>(Argument)->ok_onRead(Stream);
  }
  static void eventCallback(bufferevent *, short, void *) {
    sleep(4);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  }
  void bad_onRead() { fsync(Log); }
  void ok_onRead(bufferevent *Stream) { bufferevent_write(Stream, "", 1); }
  int Log = 3;
};

void sessions(bufferevent *Stream) { new Session(Stream); }

static void bad_connect(evutil_socket_t, short, void *Stream) {
  auto *To = static_cast<bufferevent *>(Stream);
  bufferevent_socket_connect_hostname(To, nullptr, 0, "example.org", 80);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'bufferevent_socket_connect_hostname' blocks the event loop: it resolves the name with getaddrinfo, as it has no evdns_base [nostall-blocking-call]
}

evdns_base *Resolver;
static void ok_connect(evutil_socket_t, short, void *Stream) {
  auto *To = static_cast<bufferevent *>(Stream);
  bufferevent_socket_connect_hostname(To, Resolver, 0, "example.org", 80);
  bufferevent_socket_connect_hostname(To, nullptr, 0, "192.0.2.1", 80);
}

void connections(event_base *Base, bufferevent *Stream) {
  event_add(evtimer_new(Base, bad_connect, Stream), nullptr);
  event_add(evtimer_new(Base, ok_connect, Stream), nullptr);
}

static void onRequest(evhttp_request *Request, void *) {
  sleep(5);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  evhttp_send_error(Request, 500, nullptr);
}

int main() {
  event_base *Base = event_base_new();
  evhttp *Http = evhttp_new(Base);
  evhttp_set_cb(Http, "/", onRequest, nullptr);
  sleep(1);
  event_base_dispatch(Base);
  sleep(1);
}

// RUN: %check_nostall %s --real

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <netdb.h>
#include <unistd.h>

static void bad_read(bufferevent *, void *) {
  addrinfo *Found;
  getaddrinfo("example.org", "http", nullptr, &Found);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'getaddrinfo' blocks{{.*}} [nostall-blocking-call]
}

static void ok_numeric(evutil_socket_t, short, void *) {
  addrinfo Hints = {};
  Hints.ai_flags = AI_NUMERICHOST;
  addrinfo *Found;
  getaddrinfo("192.0.2.1", "80", &Hints, &Found);
}

static void bad_event(evutil_socket_t, short, void *) {
  usleep(5000);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'usleep' blocks{{.*}} [nostall-blocking-call]
}

void start(event_base *Base, bufferevent *Stream) {
  usleep(5000);
  bufferevent_setcb(Stream, bad_read, nullptr, nullptr, nullptr);
  event_new(Base, 0, EV_READ, bad_event, nullptr);
  event_new(Base, 1, EV_READ, ok_numeric, nullptr);
}

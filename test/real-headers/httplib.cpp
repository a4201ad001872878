// RUN: %check_nostall %s --real
// cpp-httplib: its server's handlers may wait, a loop's callbacks may not use
// its client.

#include <httplib.h>
#include <unistd.h>
#include <uv.h>

static void onTimer(uv_timer_t *) {
  httplib::Client Client("example.org");
  Client.Get("/");
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'httplib::Client::Get' blocks the event loop: it connects to the server and waits for the whole response [nostall-blocking-call]
  Client.Get("/", [](const char *, size_t) {
    // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'httplib::Client::Get' blocks the event loop: {{.*}} [nostall-blocking-call]
    // CHECK-MESSAGES: :[[@LINE-2]]:10: warning: 'lambda in onTimer' blocks the event loop in 'usleep': {{.*}} [nostall-blocking-call]
    usleep(1000);
    return true;
  });
  Client.Post("/", "{}", "application/json");
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'httplib::Client::Post' blocks the event loop: {{.*}} [nostall-blocking-call]
}

void bad(uv_timer_t *Timer) { uv_timer_start(Timer, onTimer, 100, 0); }

void ok(httplib::Server &Server) {
  Server.Get("/", [](const httplib::Request &, httplib::Response &Response) {
    httplib::Client Backend("backend.local");
    Backend.Get("/");
    usleep(1000);
    Response.set_content("done", "text/plain");
  });
  Server.set_logger([](const httplib::Request &, const httplib::Response &) {
    usleep(1000);
  });
  Server.listen("localhost", 8080);
}

void ok_onWorker(uv_loop_t *Loop, uv_work_t *Work) {
  uv_queue_work(
      Loop, Work, [](uv_work_t *) { httplib::Client("x").Get("/"); }, nullptr);
}

// RUN: %check_nostall %s
// Code of the program that is not on its loop: before it runs, after it, in a
// forked child, on other threads, in tests of its own.

#include <boost/asio.hpp>
#include <csignal>
#include <fstream>
#include <string>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace asio = boost::asio;

static std::string readConfig() {
  std::ifstream File("/etc/app.conf");
  std::string Text;
  std::getline(File, Text);
  return Text;
}

// Before main.
static const std::string Defaults = readConfig();

struct Application {
  asio::io_context Context;
  asio::steady_timer Timer{Context};
  std::string Config = readConfig();

  void start() {
    Config = readConfig();
    Timer.async_wait([this](auto) { tick(); });
  }
  void tick();
  void ok_shutdown() {
    sleep(1);
    waitpid(-1, nullptr, 0);
  }
};

void Application::tick() { Timer.cancel(); }

void ok_run(Application &A) {
  sleep(1);
  A.start();
  A.Context.run();
  A.ok_shutdown();
}

//===----------------------------------------------------------------------===//
// A hand-written loop
//===----------------------------------------------------------------------===//

static void prepare() { sleep(1); }
static void finish() { sleep(2); }
static void handle(int) { sleep(3); }
static bool wanted(int Fd) { return fsync(Fd) == 0; }
static int next(int Fd) { return fdatasync(Fd); }

void bad_loop(int Epoll) {
  prepare();
  epoll_event E;
  while (wanted(Epoll)) {
    // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'wanted' blocks the event loop in 'fsync': {{.*}} [nostall-blocking-call]
    epoll_wait(Epoll, &E, 1, -1);
    handle(E.data.fd);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'handle' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
  }
  finish();
}

// What starts a loop of its own is run once.
void bad_for(int Epoll) {
  epoll_event E;
  for (prepare(); Epoll > 0; next(Epoll)) {
    // CHECK-MESSAGES: :[[@LINE-1]]:30: warning: 'next' blocks the event loop in 'fdatasync': {{.*}} [nostall-blocking-call]
    epoll_wait(Epoll, &E, 1, -1);
    close(E.data.fd);
  }
}

//===----------------------------------------------------------------------===//
// Children
//===----------------------------------------------------------------------===//

#define ON_LOOP [[clang::annotate("nostall::loop")]]

static void runChild() {
  usleep(100000);
  _exit(0);
}

ON_LOOP void ok_child() {
  pid_t Child = fork();
  if (Child == 0) {
    sleep(1);
    runChild();
  }
}
ON_LOOP void ok_child_inline() {
  if (fork() == 0)
    runChild();
}
ON_LOOP void ok_child_not() {
  if (!fork())
    runChild();
}
ON_LOOP void ok_child_switch() {
  switch (fork()) {
  case -1:
    break;
  case 0:
    sleep(1);
    _exit(1);
  default:
    break;
  }
}
ON_LOOP void bad_parent() {
  pid_t Child = fork();
  if (Child == 0)
    runChild();
  else
    waitpid(Child, nullptr, 0);
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'waitpid' blocks the event loop: {{.*}} [nostall-blocking-call]
}
ON_LOOP void bad_parent_early_return() {
  pid_t Child = fork();
  if (Child != 0) {
    sleep(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
    return;
  }
  sleep(2);
}

//===----------------------------------------------------------------------===//
// Unreachable
//===----------------------------------------------------------------------===//

ON_LOOP void ok_unreachable() {
  if (false)
    sleep(1);
  if constexpr (sizeof(int) == 1)
    sleep(2);
  return;
  sleep(3);
}
constexpr bool Debug = false;
#define TRACE 0
ON_LOOP void ok_constant() {
  if (Debug)
    sleep(1);
  if (TRACE)
    sleep(2);
  if (!Debug)
    return;
  sleep(3);
}
bool Verbose = false;
ON_LOOP void bad_variable() {
  if (Verbose)
    sleep(4);
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}

// A loop on a thread of its own is one all the same.
void bad_thread_loop(int Epoll) {
  std::thread([Epoll] {
    epoll_event E;
    while (true) {
      epoll_wait(Epoll, &E, 1, -1);
      usleep(E.data.fd);
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'usleep' blocks the event loop: {{.*}} [nostall-blocking-call]
      close(E.data.fd);
    }
  }).detach();
}

int main() {
  Application A;
  ok_run(A);
  sleep(1);
}

// What the caller decides does not bring it back from the child.
static void runIn(const char *Folder) {
  if (fork() == 0) {
    chdir(Folder);
    _exit(0);
  }
}
ON_LOOP void ok_run_in_child(const char *Folder) { runIn(Folder); }

// What is made when it is first asked for is mostly made before the loop runs.
struct Settings {
  Settings() { fsync(3); }
  static Settings *instance();
  static Settings *Instance;
};
Settings *Settings::Instance = nullptr;
Settings *Settings::instance() {
  if (!Instance)
    Instance = new Settings();
  return Instance;
}
ON_LOOP void ok_first_use() { Settings::instance(); }
class Cache {
  Settings *Mine = nullptr;
  ON_LOOP void bad_of_each_object() {
    if (!Mine)
      Mine = new Settings();
    // CHECK-MESSAGES: :[[@LINE-1]]:18: warning: 'Settings::Settings' blocks the event loop in 'fsync': {{.*}} [nostall-blocking-call]
  }
};

// RUN: %check_nostall %s
// Function pointers, member pointers and tables of them.

#include <cstddef>
#include <cstring>
#include <functional>
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>
#include <uv.h>

#define ON_LOOP [[clang::annotate("nostall::loop")]]

static void slowA() { sleep(1); }
static void slowB() { sleep(2); }
static void slowE() { sleep(5); }
static void slowF() { sleep(6); }
static void quick() {}

ON_LOOP void bad_local() {
  void (*Function)() = slowA;
  Function();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'slowA' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}
ON_LOOP void ok_local() {
  void (*Function)() = &quick;
  (*Function)();
}
ON_LOOP void bad_conditional(bool Slow) {
  auto *Function = Slow ? slowB : quick;
  Function();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'slowB' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

// Taken and compared, never called.
ON_LOOP bool ok_compared(void (*Function)()) { return Function == slowA; }

//===----------------------------------------------------------------------===//
// Tables
//===----------------------------------------------------------------------===//

// What comes out of a table is reported where it stands.
static void slowC() {
  sleep(3);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}
static void slowD() {
  sleep(4);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}

struct Command {
  const char *Name;
  void (*Run)();
};
static const Command Commands[] = {
    {"status", quick},
    {"save", slowC},
};
ON_LOOP void bad_table(const char *Name) {
  for (const Command &C : Commands)
    if (!strcmp(C.Name, Name))
      C.Run();
}

struct QuickCommand {
  const char *Name;
  void (*Run)();
};
static const QuickCommand QuickCommands[] = {{"a", quick}, {"b", nullptr}};
ON_LOOP void ok_table(size_t I) {
  if (QuickCommands[I].Run)
    QuickCommands[I].Run();
}

static void (*const Array[])() = {quick, slowD};
ON_LOOP void bad_array(size_t I) { Array[I](); }

// As C libraries of the program do it.
struct Operations {
  void (*Open)(int);
  void (*Close)(int);
};
static void openSlowly(int) {
  sleep(7);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}
static void closeQuickly(int) {}
static const Operations FileOperations = {
    .Open = openSlowly,
    .Close = closeQuickly,
};
ON_LOOP void bad_operations(const Operations *O) { O->Open(1); }
ON_LOOP void ok_operations(const Operations *O) { O->Close(1); }

//===----------------------------------------------------------------------===//
// Passed on
//===----------------------------------------------------------------------===//

static void call(void (*Function)()) { Function(); }
ON_LOOP void bad_passed() {
  call(slowE);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'slowE' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}
ON_LOOP void ok_passed() { call(quick); }

template <typename F> void forEach(int N, F Function) {
  for (int I = 0; I < N; ++I)
    Function();
}
ON_LOOP void bad_template() {
  forEach(3, slowF);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'slowF' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

template <void (*Function)()> void callConstant() { Function(); }
static void slowG() { sleep(8); }
ON_LOOP void bad_template_argument() {
  callConstant<slowG>();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'callConstant' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

using Function = void (*)();
static void slowH() { sleep(9); }
static Function choose(int N) { return N ? slowH : quick; }
ON_LOOP void bad_returned(int N) {
  choose(N)();
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'slowH' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

//===----------------------------------------------------------------------===//
// Members
//===----------------------------------------------------------------------===//

class Parser {
public:
  ON_LOOP void bad_state() { (this->*State)(); }
  void readHeader() { State = &Parser::readBody; }
  void readBody() {
    sleep(10);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  }

private:
  void (Parser::*State)() = &Parser::readHeader;
};

class Invoked {
public:
  void slow() { sleep(11); }
  void quickly() {}
};
ON_LOOP void bad_invoke(Invoked &I) {
  std::invoke(&Invoked::slow, I);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'Invoked::slow' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}
ON_LOOP void ok_invoke(Invoked &I) { std::invoke(&Invoked::quickly, I); }

// What a pointer is called with decides which branch of the handler runs.
enum Event { EventRead, EventFailed };
struct Stream {
  void (*Proto)(Stream *, Event);
};
static void login() { sleep(7); }
static void clientProto(Stream *S, Event E) {
  switch (E) {
  case EventRead:
    login();
    break;
  case EventFailed:
    S->Proto = nullptr;
    break;
  }
}
static void callProto(Stream *S, Event E) { S->Proto(S, E); }
static void onFailure(uv_timer_t *Timer) {
  callProto(static_cast<Stream *>(Timer->data), EventFailed);
}
void connectStream(Stream *S, uv_timer_t *Timer) {
  S->Proto = clientProto;
  uv_timer_start(Timer, onFailure, 0, 0);
}

// A library's table of backends: whichever it is, it is how the loop waits.
struct Reactor {
  int (*Wait)(Reactor *, int);
  int Epoll;
  pollfd *Set;
  unsigned Count;
};
static void dispatch(Reactor *R, int Ready);
static int waitEpoll(Reactor *R, int Timeout) {
  epoll_event Events[16];
  int N = epoll_wait(R->Epoll, Events, 16, Timeout);
  dispatch(R, N);
  return N;
}
static int waitPoll(Reactor *R, int Timeout) {
  int N = poll(R->Set, R->Count, Timeout);
  dispatch(R, N);
  return N;
}
void chooseBackend(Reactor *R, bool HasEpoll) {
  R->Wait = waitEpoll;
  if (!HasEpoll)
    R->Wait = waitPoll;
}
static int runOnce(Reactor *R, int Timeout) { return R->Wait(R, Timeout); }
static void reload() { sleep(8); }
void runReactor(Reactor *R) {
  while (true) {
    runOnce(R, -1);
    reload();
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'reload' blocks the event loop in 'sleep': it suspends the thread [nostall-blocking-call]
  }
}

// RUN: %check_nostall %s
// Virtual calls go to whatever overrides there are in the program.

#include <memory>
#include <sys/epoll.h>
#include <unistd.h>
#include <vector>

#define ON_LOOP [[clang::annotate("nostall::loop")]]

class Handler {
public:
  virtual ~Handler() = default;
  virtual void onEvent() = 0;
  virtual void onIdle() {}
  virtual void onClose();
};

class SlowHandler : public Handler {
  void onEvent() override { sleep(1); }
  void onClose() override { sleep(2); }
};

class QuickHandler : public Handler {
  void onEvent() override {}
  void onIdle() override {}
};

ON_LOOP void bad_dispatch(Handler &H) {
  H.onEvent();
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'SlowHandler::onEvent' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

// No override of this one blocks; that of Unrelated is none.
ON_LOOP void ok_dispatch(Handler &H) { H.onIdle(); }

// The class is known, and nothing derives from it.
ON_LOOP void ok_exact() {
  QuickHandler Quick;
  Handler &H = Quick;
  H.onIdle();
}
class LastHandler final : public Handler {
public:
  void onEvent() override {}
};
ON_LOOP void ok_final(LastHandler &H) { H.onEvent(); }

// Called by its full name there is no dispatch.
class Chained {
public:
  virtual ~Chained() = default;
  virtual void onIdle() {}
};
class SlowChained : public Chained {
  void onIdle() override { sleep(3); }
};
ON_LOOP void ok_qualified(Chained &C) { C.Chained::onIdle(); }
ON_LOOP void bad_unqualified(Chained &C) {
  C.onIdle();
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'SlowChained::onIdle' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

ON_LOOP void bad_container(std::vector<std::unique_ptr<Handler>> &All) {
  for (auto &H : All)
    H->onClose();
  // CHECK-MESSAGES: :[[@LINE-1]]:8: warning: 'SlowHandler::onClose' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

// The template method: a base class calls what derived ones fill in.
class Service {
public:
  virtual ~Service() = default;
  ON_LOOP void bad_step() {
    doStep();
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'Backup::doStep' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
  }

private:
  virtual void doStep() = 0;
};
class Backup : public Service {
  void doStep() override { sleep(4); }
};

// Destructors are virtual calls too.
class Resource {
public:
  virtual ~Resource() = default;
};
class SlowResource : public Resource {
public:
  ~SlowResource() override { sleep(5); }
};
ON_LOOP void bad_delete(Resource *R) {
  delete R;
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'SlowResource::~SlowResource' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

// Two levels down, and with a result of another type.
struct Base {
  virtual ~Base() = default;
  virtual Base *clone() { return nullptr; }
};
struct Middle : Base {};
struct Leaf : Middle {
  Leaf *clone() override {
    sleep(6);
    return nullptr;
  }
};
ON_LOOP void bad_covariant(Base &B) {
  B.clone();
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'Leaf::clone' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

// The same name in a class that has nothing to do with it.
struct Unrelated {
  virtual ~Unrelated() = default;
  virtual void onIdle() { sleep(7); }
};

// Each instantiation calls its own class.
template <typename T> struct Crtp {
  ON_LOOP void step() { static_cast<T *>(this)->run(); }
  // CHECK-MESSAGES: :[[@LINE-1]]:49: warning: 'BadCrtp::run' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
};
struct BadCrtp : Crtp<BadCrtp> {
  void run() { sleep(8); }
};
struct OkCrtp : Crtp<OkCrtp> {
  void run() {}
};
void instantiate(BadCrtp &B, OkCrtp &O) {
  B.step();
  O.step();
}

// The handler is what a reader looks for when a loop dispatches to it.
class Channel {
public:
  virtual ~Channel() = default;
  virtual void onReadable() = 0;
};
class SlowChannel : public Channel {
  void onReadable() override {
    sleep(9);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
    // CHECK-MESSAGES: note: this loop of 'serve' is an event loop
    // CHECK-MESSAGES: note: calls 'Channel::onReadable', which may be 'SlowChannel::onReadable'
  }
};
void serve(int Epoll) {
  epoll_event Events[16];
  while (true) {
    int N = epoll_wait(Epoll, Events, 16, -1);
    for (int I = 0; I < N; ++I)
      static_cast<Channel *>(Events[I].data.ptr)->onReadable();
  }
}

// An object that is made here is of its class and no other, also in the
// functions that it is given to, and in its own.
class Source {
public:
  virtual ~Source() = default;
  int line() { return fill(); }

protected:
  virtual int fill() = 0;
};
class DiskSource : public Source {
  int fill() override { return fsync(3); }
};
class MemorySource : public Source {
  int fill() override { return 0; }
};
static int firstLine(Source &From) { return From.line(); }

ON_LOOP void ok_exact_class() {
  MemorySource Memory;
  Memory.line();
  firstLine(Memory);
}
ON_LOOP void bad_exact_class() {
  DiskSource Disk;
  firstLine(Disk);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'firstLine' blocks the event loop in 'fsync': {{.*}} [nostall-blocking-call]
}

// A timeout that is passed through a dispatcher's virtual call.
class Mailbox {
public:
  virtual ~Mailbox() = default;
  virtual void receive(int Timeout) = 0;
};
class LockedMailbox : public Mailbox {
  void receive(int Timeout) override {
    if (Timeout == 0)
      return;
    wait();
  }
  void wait() { pause(); }
};
class PipeMailbox : public Mailbox {
  void receive(int) override {}
};
static void process(Mailbox &M, int Timeout) { M.receive(Timeout); }
void serveMail(int Epoll, Mailbox &M) {
  epoll_event Events[16];
  while (true) {
    epoll_wait(Epoll, Events, 16, -1);
    process(M, 0);
  }
}

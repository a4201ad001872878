// RUN: %check_nostall %s
// Calls that nobody writes down: destructors, constructors, conversions,
// operators, default arguments, initialisers of members and of statics.

#include <memory>
#include <optional>
#include <unistd.h>
#include <vector>

#define ON_LOOP [[clang::annotate("nostall::loop")]]

//===----------------------------------------------------------------------===//
// Destructors
//===----------------------------------------------------------------------===//

struct Flushes {
  Flushes() {}
  ~Flushes() { fsync(3); }
};
struct Quiet {
  Quiet() {}
  ~Quiet() { close(3); }
};

ON_LOOP void bad_scope() {
  Flushes F;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'Flushes::~Flushes' blocks the event loop in 'fsync': {{.*}} [nostall-blocking-call]
}
ON_LOOP void ok_scope() { Quiet Q; }
ON_LOOP void ok_reference(Flushes &F) { Flushes &G = F; (void)G; }

struct DropsMember {
  ~DropsMember() {}
  struct Part {
    ~Part() { sleep(1); }
  } P;
};
ON_LOOP void bad_delete(DropsMember *D) {
  delete D;
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'DropsMember::~DropsMember' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

struct InBase {
  ~InBase() { sleep(2); }
};
struct Derived : InBase {};
ON_LOOP void bad_base() {
  Derived D;
  // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: {{.*}}~Derived' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

struct InUnique {
  ~InUnique() { sleep(3); }
};
ON_LOOP void bad_unique(std::unique_ptr<InUnique> &P) {
  P.reset();
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: {{.*}} blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

struct InVector {
  ~InVector() { sleep(4); }
};
ON_LOOP void bad_vector(std::vector<InVector> &V) {
  V.clear();
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: {{.*}} blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

struct InOptional {
  ~InOptional() { sleep(5); }
};
ON_LOOP void bad_optional(std::optional<InOptional> &O) {
  O.reset();
  // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: {{.*}} blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

struct Parameter {
  ~Parameter() { sleep(6); }
};
ON_LOOP void bad_parameter(Parameter) {}
// CHECK-MESSAGES: :[[@LINE-1]]:37: warning: 'Parameter::~Parameter' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]

//===----------------------------------------------------------------------===//
// Constructors and what they initialise
//===----------------------------------------------------------------------===//

struct Opens {
  Opens() { sleep(7); }
};
ON_LOOP void bad_construct() {
  auto P = std::make_unique<Opens>();
  // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: {{.*}} blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}
struct OpensShared {
  OpensShared() { sleep(8); }
};
ON_LOOP void bad_construct_shared() {
  auto P = std::make_shared<OpensShared>();
  // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: {{.*}} blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

static int measure() {
  sleep(9);
  return 1;
}
struct Member {
  int Speed = measure();
};
ON_LOOP void bad_member_initializer() {
  Member M;
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'Member::Member' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

static int measureSlowly() {
  sleep(10);
  return 1;
}
struct Given {
  Given() : Speed(1) {}
  explicit Given(long) {}
  int Speed = measureSlowly();
};
// The constructor's own initialiser takes the place of the member's.
ON_LOOP void ok_member_initializer() { Given G; }
ON_LOOP void bad_other_constructor() {
  Given G(1l);
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'Given::Given' blocks the event loop in 'sleep': {{.*}} [nostall-blocking-call]
}

// Only the first time: one tier less than it is in itself.
ON_LOOP int bad_static() {
  static int Measured = (usleep(500000), 1);
  // CHECK-MESSAGES: :[[@LINE-1]]:26: warning: 'usleep' may block the event loop: {{.*}} [nostall-blocking-call]
  return Measured;
}

//===----------------------------------------------------------------------===//
// Conversions, operators, default arguments
//===----------------------------------------------------------------------===//

struct Handle {
  operator bool() const { return usleep(100000) == 0; }
  Handle &operator++() {
    usleep(200000);
    return *this;
  }
  int operator[](int) const { return 1; }
};
ON_LOOP void bad_conversion(const Handle &H) {
  if (H)
    // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: {{.*}}operator bool' blocks the event loop in 'usleep': {{.*}} [nostall-blocking-call]
    return;
}
ON_LOOP void bad_operator(Handle &H) {
  ++H;
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'Handle::operator++' blocks the event loop in 'usleep': {{.*}} [nostall-blocking-call]
}
ON_LOOP int ok_operator(Handle &H) { return H[1]; }

static int ask() { return usleep(300000); }
static int withDefault(int N = ask()) { return N; }
ON_LOOP int bad_default_argument() {
  return withDefault();
  // CHECK-MESSAGES: :[[@LINE-1]]:10: warning: 'ask' blocks the event loop in 'usleep': {{.*}} [nostall-blocking-call]
}
ON_LOOP int ok_default_argument() { return withDefault(1); }

ON_LOOP int ok_unevaluated() { return sizeof(ask()) + noexcept(ask()); }

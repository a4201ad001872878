// RUN: %check_nostall %s
// A name is not enough: what the program defines itself is judged by its body.

#define ON_LOOP [[clang::annotate("nostall::loop")]]

// A C function that is declared by hand is the C library's all the same.
extern "C" unsigned sleep(unsigned);
extern "C" int fsync(int);
ON_LOOP void bad_declared_by_hand() {
  sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}

// These have bodies.
extern "C" int connect(int A, const void *, unsigned) { return A; }
extern "C" int usleep(unsigned) { return fsync(3); }
ON_LOOP void ok_own_c_function() { connect(1, nullptr, 0); }
ON_LOOP void bad_own_c_function() {
  usleep(0);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'usleep' blocks the event loop in 'fsync': {{.*}} [nostall-blocking-call]
}

// C++ functions, in namespaces and classes, of the same name.
namespace app {
void sleep(unsigned);
int system(const char *);
struct Disk {
  int fsync();
  static void sleep(int);
};
namespace boost::asio {
struct thread_pool {
  void join();
};
} // namespace boost::asio
} // namespace app
int system(int);

ON_LOOP void ok_own_names(app::Disk &D, app::boost::asio::thread_pool &P) {
  app::sleep(1);
  app::system("make");
  D.fsync();
  app::Disk::sleep(1);
  P.join();
  system(1);
}

// RUN: %check_nostall %s --real -- -std=c++17 -I/usr/include/python3.11
// pybind11: what is bound holds the GIL until it, or a guard, releases it.

#include <pybind11/functional.h>
#include <pybind11/pybind11.h>

#include <chrono>
#include <mutex>
#include <thread>
#include <unistd.h>

namespace py = pybind11;

void bad_free(int Descriptor) {
  fsync(Descriptor);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'fsync' blocks while it holds Python's GIL{{.*}} [nostall-blocking-call]
}

void ok_scoped(int Descriptor) {
  py::gil_scoped_release Release;
  fsync(Descriptor);
}

void bad_after_scope(int Descriptor) {
  {
    py::gil_scoped_release Release;
    fsync(Descriptor);
  }
  fdatasync(Descriptor);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'fdatasync' blocks while it holds Python's GIL{{.*}} [nostall-blocking-call]
}

void ok_guarded(int Descriptor) { fsync(Descriptor); }

// Inside of the guard, the GIL is taken again.
void bad_taken_again(int Descriptor, const std::function<void()> &Progress) {
  fsync(Descriptor);
  py::gil_scoped_acquire Acquire;
  Progress();
  sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks while it holds Python's GIL{{.*}} [nostall-blocking-call]
}

struct Stream {
  int Descriptor;

  void bad_flush() { fsync(Descriptor); }
  // CHECK-MESSAGES: :[[@LINE-1]]:22: warning: 'fsync' blocks while it holds Python's GIL{{.*}} [nostall-blocking-call]
  void ok_flush() { fsync(Descriptor); }
  int bad_size() const { sleep(1); return 0; }
  // CHECK-MESSAGES: :[[@LINE-1]]:26: warning: 'sleep' blocks while it holds Python's GIL{{.*}} [nostall-blocking-call]
};

// The program's own guard.
class WithoutGil {
  PyThreadState *State;

public:
  WithoutGil() : State(PyEval_SaveThread()) {}
  ~WithoutGil() { PyEval_RestoreThread(State); }
};

template <typename F> auto without_gil(F &&Function) {
  py::gil_scoped_release Release;
  return Function();
}

template <typename F> auto timed(F &&Function) { return Function(); }

PYBIND11_MODULE(example, Module) {
  // Once, on import.
  std::this_thread::sleep_for(std::chrono::seconds(1));
  Module.def("bad_free", &bad_free, py::arg("descriptor"));
  Module.def("ok_scoped", &ok_scoped)
      .def("bad_after_scope", &bad_after_scope);
  Module.def("ok_guarded", &ok_guarded, "text",
             py::call_guard<py::gil_scoped_release>());
  Module.def("bad_taken_again", &bad_taken_again,
             py::call_guard<py::gil_scoped_release>());
  Module.def("bad_lambda", [] {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'std::this_thread::sleep_for' blocks while it holds Python's GIL{{.*}} [nostall-blocking-call]
  });
  Module.def("ok_own_guard", [] {
    WithoutGil Release;
    std::this_thread::sleep_for(std::chrono::seconds(1));
  });
  Module.def("bad_own_guard", [] {
    { WithoutGil Release; }
    std::this_thread::sleep_for(std::chrono::seconds(1));
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'std::this_thread::sleep_for' blocks while it holds Python's GIL{{.*}} [nostall-blocking-call]
  });
  Module.def("ok_passed", [](int Descriptor) {
    without_gil([=] { fsync(Descriptor); });
  });
  Module.def("bad_passed", [](int Descriptor) {
    timed([=] { fsync(Descriptor); });
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: {{.*}}'fsync' while it holds Python's GIL{{.*}} [nostall-blocking-call]
  });
  Module.def("ok_thread", [](int Descriptor) {
    std::thread([=] { fsync(Descriptor); }).detach();
  });
  Module.def("bad_redirected", [] { sleep(1); }, py::call_guard<py::gil_scoped_acquire>());
  // CHECK-MESSAGES: :[[@LINE-1]]:37: warning: 'sleep' blocks while it holds Python's GIL{{.*}} [nostall-blocking-call]
  Module.def("ok_two_guards", [] { sleep(1); },
             py::call_guard<Stream, py::gil_scoped_release>());

  py::class_<Stream>(Module, "Stream")
      .def(py::init<>())
      .def("bad_flush", &Stream::bad_flush)
      .def("ok_flush", &Stream::ok_flush,
           py::call_guard<py::gil_scoped_release>())
      .def_property_readonly("bad_size", &Stream::bad_size)
      .def("bad_write", [](Stream &S, py::bytes) { fsync(S.Descriptor); });
  // CHECK-MESSAGES: :[[@LINE-1]]:52: warning: 'fsync' blocks while it holds Python's GIL{{.*}} [nostall-blocking-call]
}

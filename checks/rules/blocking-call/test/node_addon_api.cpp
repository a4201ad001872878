// RUN: %check_nostall %s
// node-addon-api: what JavaScript calls runs on Node's loop, AsyncWorker's
// Execute on a worker.

#include <napi.h>
#include <unistd.h>

Napi::Value bad_function(const Napi::CallbackInfo &Info) {
  fsync(Info[0]);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'fsync' blocks the event loop{{.*}} [nostall-blocking-call]
  return {};
}

Napi::Value FN_template_argument(const Napi::CallbackInfo &Info) {
  fsync(Info[0]);
  return {};
}

class Sync : public Napi::AsyncWorker {
public:
  Sync(const Napi::Function &Callback, int Descriptor)
      : AsyncWorker(Callback), Descriptor(Descriptor) {}

protected:
  void Execute() override { fsync(Descriptor); } // ok
  void OnOK() override { close_all(); }

private:
  void close_all() { fdatasync(Descriptor); }
  // CHECK-MESSAGES: :[[@LINE-4]]:26: warning: 'Sync::close_all' blocks the event loop in 'fdatasync'{{.*}} [nostall-blocking-call]
  int Descriptor;
};

struct File : Napi::ObjectWrap<File> {
  int Descriptor;

  Napi::Value bad_method(const Napi::CallbackInfo &) {
    fsync(Descriptor);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'fsync' blocks the event loop{{.*}} [nostall-blocking-call]
    return {};
  }
  Napi::Value bad_getter(const Napi::CallbackInfo &) {
    sleep(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop{{.*}} [nostall-blocking-call]
    return {};
  }
  void bad_setter(const Napi::CallbackInfo &, const Napi::Value &) {
    sleep(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop{{.*}} [nostall-blocking-call]
  }
  static Napi::Value bad_static(const Napi::CallbackInfo &) {
    sleep(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop{{.*}} [nostall-blocking-call]
    return {};
  }
  static void define() {
    InstanceMethod("method", &File::bad_method);
    InstanceAccessor("accessor", &File::bad_getter, &File::bad_setter);
    StaticMethod("static", &File::bad_static);
  }
};

void init(Napi::Env Env) {
  // Once, when the addon is loaded.
  sleep(1);
  Napi::Function::New(Env, bad_function, "function");
  Napi::Function::New<FN_template_argument>(Env, "other");
  Napi::Function::New(Env, [](const Napi::CallbackInfo &Info) {
    auto *Worker = new Sync(Napi::Function(), Info[0]);
    Worker->Queue();
    sleep(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop{{.*}} [nostall-blocking-call]
    return Napi::Value();
  });
  File::define();
}

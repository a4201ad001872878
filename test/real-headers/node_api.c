// RUN: %check_nostall %s --real -- -std=c11 -I/usr/include/node -I/usr/include/nodejs/src
// A native addon of Node in C: functions and finalizers run on the loop, the
// execute part of asynchronous work on a worker.

#define NAPI_VERSION 8
#include <node_api.h>
#include <stdlib.h>
#include <unistd.h>

struct Job {
  int Descriptor;
  napi_async_work Work;
};

static void ok_execute(napi_env Env, void *Data) {
  fsync(((struct Job *)Data)->Descriptor);
}

static void bad_complete(napi_env Env, napi_status Status, void *Data) {
  fsync(((struct Job *)Data)->Descriptor);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'fsync' blocks the event loop{{.*}} [nostall-blocking-call]
  free(Data);
}

static napi_value ok_start(napi_env Env, napi_callback_info Info) {
  struct Job *J = malloc(sizeof(struct Job));
  napi_value Name;
  napi_create_string_utf8(Env, "sync", NAPI_AUTO_LENGTH, &Name);
  napi_create_async_work(Env, NULL, Name, ok_execute, bad_complete, J,
                         &J->Work);
  napi_queue_async_work(Env, J->Work);
  return NULL;
}

static napi_value bad_function(napi_env Env, napi_callback_info Info) {
  sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop{{.*}} [nostall-blocking-call]
  return NULL;
}

static napi_value bad_getter(napi_env Env, napi_callback_info Info) {
  sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop{{.*}} [nostall-blocking-call]
  return NULL;
}

static napi_value bad_constructor(napi_env Env, napi_callback_info Info) {
  sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop{{.*}} [nostall-blocking-call]
  return NULL;
}

static void bad_finalizer(napi_env Env, void *Data, void *Hint) {
  sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop{{.*}} [nostall-blocking-call]
}

static void bad_call_js(napi_env Env, napi_value Function, void *Context,
                        void *Data) {
  sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop{{.*}} [nostall-blocking-call]
}

static napi_value bad_queue(napi_env Env, napi_callback_info Info) {
  napi_threadsafe_function Queue;
  napi_create_threadsafe_function(Env, NULL, NULL, NULL, 4, 1, NULL, NULL, NULL,
                                  bad_call_js, &Queue);
  napi_call_threadsafe_function(Queue, NULL, napi_tsfn_nonblocking);
  napi_call_threadsafe_function(Queue, NULL, napi_tsfn_blocking);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'napi_call_threadsafe_function' may block the event loop{{.*}} [nostall-blocking-call]
  return NULL;
}

static napi_value init(napi_env Env, napi_value Exports) {
  napi_property_descriptor Properties[] = {
      {"start", NULL, ok_start, NULL, NULL, NULL, napi_default, NULL},
      {"value", NULL, NULL, bad_getter, NULL, NULL, napi_default, NULL},
      {.utf8name = "queue", .method = bad_queue},
  };
  napi_value Function, Class;
  napi_define_properties(Env, Exports, 3, Properties);
  napi_create_function(Env, "f", 1, bad_function, NULL, &Function);
  napi_define_class(Env, "C", 1, bad_constructor, NULL, 0, NULL, &Class);
  napi_wrap(Env, Exports, malloc(1), bad_finalizer, NULL, NULL);
  // Once, when the addon is loaded.
  sleep(1);
  return Exports;
}

NAPI_MODULE(example, init)

// RUN: %check_nostall %s --real
// hiredis: the asynchronous interface calls back on the loop it is attached to.

#include <hiredis/async.h>
#include <hiredis/hiredis.h>
#include <unistd.h>

static void bad_onReply(redisAsyncContext *Context, void *, void *) {
  redisContext *Other = redisConnect("10.0.0.1", 6379);
  // CHECK-MESSAGES: :[[@LINE-1]]:25: warning: 'redisConnect' blocks the event loop: it connects to the server and waits [nostall-blocking-call]
  redisCommand(Other, "GET key");
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'redisCommand' blocks the event loop: it sends the command and waits for the reply [nostall-blocking-call]
  redisAsyncConnect("cache.example.org", 6379);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'redisAsyncConnect' may block the event loop: it resolves the host name before it returns [nostall-blocking-call]
}

static void bad_onConnect(const redisAsyncContext *, int) {
  sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
}

static void ok_onReply(redisAsyncContext *Context, void *, void *) {
  redisAsyncCommand(Context, bad_onReply, nullptr, "GET key");
  redisContext *Other = redisConnectNonBlock("127.0.0.1", 6379);
  redisCommand(Other, "GET key");
  redisAsyncConnect("127.0.0.1", 6379);
}

void start(redisAsyncContext *Context) {
  redisAsyncSetConnectCallback(Context, bad_onConnect);
  redisAsyncCommand(Context, ok_onReply, nullptr, "PING");
}

// RUN: %check_nostall %s
// redis-plus-plus: every command of Redis waits; those of AsyncRedis call back.

#include <redispp.h>
#include <unistd.h>
#include <uv.h>

sw::redis::Redis Cache("tcp://cache");
sw::redis::AsyncRedis Fast;

static void bad_onTimer(uv_timer_t *) {
  Cache.get("key");
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'sw::redis::Redis::get' blocks the event loop: it sends the command and waits for the reply [nostall-blocking-call]
  Cache.ping();
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'sw::redis::Redis::ping' blocks the event loop: {{.*}} [nostall-blocking-call]
  sw::redis::Pipeline Many = Cache.pipeline();
  // CHECK-MESSAGES: :[[@LINE-1]]:36: warning: 'sw::redis::Redis::pipeline' may block the event loop: {{.*}} [nostall-blocking-call]
  Many.set("a", "1").set("b", "2").exec();
  // CHECK-MESSAGES: :[[@LINE-1]]:36: warning: 'sw::redis::QueuedRedis::exec' blocks the event loop: {{.*}} [nostall-blocking-call]
  sw::redis::RedisCluster Cluster("tcp://a");
  // CHECK-MESSAGES: :[[@LINE-1]]:27: warning: the constructor of 'sw::redis::RedisCluster' blocks the event loop: {{.*}} [nostall-blocking-call]
  Fast.get("key", [](std::future<std::string> &&) {
    sleep(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
}

static void ok_onTimer(uv_timer_t *) {
  sw::redis::Redis Later("tcp://other");
  Fast.get("key", [](std::future<std::string> &&) {});
}

void start(uv_timer_t *Timer) {
  uv_timer_start(Timer, bad_onTimer, 1, 0);
  uv_timer_start(Timer, ok_onTimer, 1, 0);
}

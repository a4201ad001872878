// RUN: %check_nostall %s --real -- -std=c++20 -I/usr/include/postgresql
// C libraries without a loop of their own, on a hand-written one.

#include <curl/curl.h>
#include <hiredis/hiredis.h>
#include <libpq-fe.h>
#include <openssl/evp.h>
#include <poll.h>
#include <security/pam_appl.h>
#include <sqlite3.h>
#include <sys/epoll.h>
#include <systemd/sd-bus.h>
#include <zlib.h>

struct Handler {
  virtual ~Handler() = default;
  virtual void run() = 0;
};

struct Database : Handler {
  PGconn *Connection;
  sqlite3 *File;
  void run() override {
    PQexec(Connection, "select 1");
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'PQexec' blocks{{.*}} [nostall-blocking-call]
    sqlite3_exec(File, "vacuum", nullptr, nullptr, nullptr);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sqlite3_exec' {{.*}} [nostall-blocking-call]
    PQsendQuery(Connection, "ok");
  }
};

struct Network : Handler {
  CURL *Easy;
  CURLM *Multi;
  redisContext *Redis;
  sd_bus *Bus;
  void run() override {
    curl_easy_perform(Easy);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'curl_easy_perform' blocks{{.*}} [nostall-blocking-call]
    int Running;
    curl_multi_perform(Multi, &Running);
    redisCommand(Redis, "GET key");
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'redisCommand' {{.*}} [nostall-blocking-call]
    sd_bus_call(Bus, nullptr, 0, nullptr, nullptr);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sd_bus_call' blocks{{.*}} [nostall-blocking-call]
  }
};

struct Login : Handler {
  pam_handle_t *Pam;
  unsigned char Key[32];
  void run() override {
    pam_authenticate(Pam, 0);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'pam_authenticate' blocks{{.*}} [nostall-blocking-call]
    PKCS5_PBKDF2_HMAC("secret", 6, Key, sizeof Key, 600000, EVP_sha256(),
                      sizeof Key, Key);
    // CHECK-MESSAGES: :[[@LINE-2]]:5: warning: 'PKCS5_PBKDF2_HMAC' keeps the event loop busy{{.*}} [nostall-cpu-bound-loop]
  }
};

void serve(int Epoll) {
  epoll_event Events[16];
  while (true) {
    int N = epoll_wait(Epoll, Events, 16, -1);
    for (int I = 0; I < N; ++I)
      static_cast<Handler *>(Events[I].data.ptr)->run();
  }
}

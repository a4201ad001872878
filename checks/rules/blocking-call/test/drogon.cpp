// RUN: %check_nostall %s
// Drogon: handlers run on the I/O threads' loops; what is sync waits there.

#include <drogon.h>
#include <unistd.h>

using namespace drogon;

struct User {};

class UserPage : public HttpSimpleController<UserPage> {
  std::shared_ptr<orm::DbClient> Database;
  trantor::ConcurrentTaskQueue *Workers;
  HttpClient Backend;

  void asyncHandleHttpRequest(const HttpRequestPtr &Request,
                              Callback &&Answer) override {
    Database->execSqlSync("select 1");
    // CHECK-MESSAGES: :[[@LINE-1]]:15: warning: 'drogon::orm::DbClient::execSqlSync' blocks the event loop: it sends the query and waits for its result [nostall-blocking-call]
    Backend.sendRequest(Request);
    // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'drogon::HttpClient::sendRequest' blocks the event loop: {{.*}} [nostall-blocking-call]
    orm::Mapper<User> Users(Database);
    Users.findOne(1);
    // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'drogon::orm::Mapper::findOne' blocks the event loop: {{.*}} [nostall-blocking-call]

    Users.findOne(2, [](User) {}, [] {});
    Backend.sendRequest(Request, [](const HttpResponsePtr &) {
      sleep(1);
      // CHECK-MESSAGES: :[[@LINE-1]]:7: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
    });
    Database->execSqlAsync(
        "select 1",
        [](int) {
          sleep(2);
          // CHECK-MESSAGES: :[[@LINE-1]]:11: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
        },
        [](int) {});
    Workers->runTaskInQueue([Answer] { sleep(3); });
  }
};

Task<> bad_task(trantor::EventLoop *Loop) {
  co_await sleepCoro(Loop, 1.0);
  sync_wait(bad_task(Loop));
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'drogon::sync_wait' blocks the event loop: {{.*}} [nostall-blocking-call]
}

int main() {
  app().registerHandler("/slow", [](const HttpRequestPtr &, Callback &&) {
    sleep(4);
    // CHECK-MESSAGES: :[[@LINE-1]]:5: warning: 'sleep' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
  app().run();
}

// RUN: %check_nostall %s --real
// The clients of MySQL and MariaDB: in C++ everything waits, in C only what
// does not end in _start and _cont.

#include <cppconn/connection.h>
#include <cppconn/driver.h>
#include <cppconn/prepared_statement.h>
#include <mariadb/mysql.h>
#include <memory>
#include <uv.h>

sql::Driver *Driver;
std::unique_ptr<sql::Connection> Database;

static void bad_onTimer(uv_timer_t *Timer) {
  Database.reset(Driver->connect("tcp://db", "shop", "secret"));
  // CHECK-MESSAGES: :[[@LINE-1]]:26: warning: 'sql::Driver::connect' blocks the event loop: {{.*}} [nostall-blocking-call]
  std::unique_ptr<sql::PreparedStatement> Find(
      Database->prepareStatement("select * from item where id = ?"));
  // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: 'sql::Connection::prepareStatement' blocks the event loop: {{.*}} [nostall-blocking-call]
  Find->setInt(1, 42);
  Find->executeQuery();
  // CHECK-MESSAGES: :[[@LINE-1]]:9: warning: 'sql::PreparedStatement::executeQuery' blocks the event loop: {{.*}} [nostall-blocking-call]
  Database->commit();
  // CHECK-MESSAGES: :[[@LINE-1]]:13: warning: 'sql::Connection::commit' blocks the event loop: {{.*}} [nostall-blocking-call]
  mysql_query(static_cast<MYSQL *>(Timer->data), "select 1");
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'mysql_query' blocks the event loop: {{.*}} [nostall-blocking-call]
}

static void ok_onTimer(uv_timer_t *Timer) {
  int Result;
  mysql_real_query_start(&Result, static_cast<MYSQL *>(Timer->data),
                         "select 1", 8);
}

static void ok_work(uv_work_t *) { Database->commit(); }

void start(uv_loop_t *Loop, uv_timer_t *Timer, uv_work_t *Work) {
  uv_timer_start(Timer, bad_onTimer, 1, 0);
  uv_timer_start(Timer, ok_onTimer, 1, 0);
  uv_queue_work(Loop, Work, ok_work, nullptr);
}

// RUN: %check_nostall %s --real -- -std=c++20 -fPIC -I/usr/include/dbus-1.0 -I/usr/lib/x86_64-linux-gnu/dbus-1.0/include -I/usr/include/x86_64-linux-gnu/qt6 -I/usr/include/x86_64-linux-gnu/qt6/QtCore -I/usr/include/x86_64-linux-gnu/qt6/QtDBus
// D-Bus by libdbus and by QtDBus: handlers run where messages are dispatched.

#include <QDBusConnection>
#include <QDBusInterface>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QObject>
#include <dbus/dbus.h>
#include <unistd.h>

//===----------------------------------------------------------------------===//
// libdbus
//===----------------------------------------------------------------------===//

static DBusHandlerResult bad_filter(DBusConnection *Bus, DBusMessage *Message,
                                    void *) {
  DBusMessage *Reply = dbus_connection_send_with_reply_and_block(
      Bus, Message, 1000, nullptr);
  // CHECK-MESSAGES: :[[@LINE-2]]:24: warning: 'dbus_connection_send_with_reply_and_block' blocks the event loop: it waits for the reply of another process [nostall-blocking-call]
  dbus_message_unref(Reply);
  DBusError Error;
  dbus_bus_add_match(Bus, "type='signal'", &Error);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'dbus_bus_add_match' blocks the event loop: {{.*}} [nostall-blocking-call]
  dbus_connection_read_write(Bus, 100);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'dbus_connection_read_write' blocks the event loop: {{.*}} [nostall-blocking-call]
  return DBUS_HANDLER_RESULT_HANDLED;
}

static void ok_reply(DBusPendingCall *, void *) {}

static DBusHandlerResult ok_filter(DBusConnection *Bus, DBusMessage *Message,
                                   void *) {
  DBusPendingCall *Pending;
  dbus_connection_send_with_reply(Bus, Message, &Pending, 1000);
  dbus_pending_call_set_notify(Pending, ok_reply, nullptr, nullptr);
  dbus_bus_add_match(Bus, "type='signal'", nullptr);
  dbus_connection_read_write(Bus, 0);
  return DBUS_HANDLER_RESULT_HANDLED;
}

void listen(DBusConnection *Bus) {
  dbus_connection_add_filter(Bus, bad_filter, nullptr, nullptr);
  dbus_connection_add_filter(Bus, ok_filter, nullptr, nullptr);
}

//===----------------------------------------------------------------------===//
// QtDBus
//===----------------------------------------------------------------------===//

void bad_slots(QDBusPendingCallWatcher &Watcher, QDBusInterface &Player,
               QDBusMessage &Message) {
  QObject::connect(&Watcher, &QDBusPendingCallWatcher::finished, [&] {
    QDBusConnection::sessionBus().call(Message);
    // CHECK-MESSAGES: :[[@LINE-1]]:35: warning: 'QDBusConnection::call' blocks the event loop: {{.*}} [nostall-blocking-call]
    QDBusPendingReply<int> Volume = Player.asyncCall("Volume");
    Volume.waitForFinished();
    // CHECK-MESSAGES: :[[@LINE-1]]:12: warning: 'QDBusPendingCall::waitForFinished' blocks the event loop: {{.*}} [nostall-blocking-call]
  });
}

void ok_slots(QDBusPendingCallWatcher &Watcher, QDBusInterface &Player) {
  QObject::connect(&Watcher, &QDBusPendingCallWatcher::finished, [&] {
    auto *Next = new QDBusPendingCallWatcher(Player.asyncCall("Play"));
    QObject::connect(Next, &QDBusPendingCallWatcher::finished,
                     Next, &QObject::deleteLater);
  });
}

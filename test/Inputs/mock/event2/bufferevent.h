/*===- event2/bufferevent.h - declarations for tests -----------------------===*\
|*
|* Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
\*===----------------------------------------------------------------------===*/

#ifndef NOSTALL_MOCK_BUFFEREVENT_H
#define NOSTALL_MOCK_BUFFEREVENT_H

#include <event2/event.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct bufferevent;
struct evdns_base;
typedef void (*bufferevent_data_cb)(struct bufferevent *, void *);
typedef void (*bufferevent_event_cb)(struct bufferevent *, short, void *);

struct bufferevent *bufferevent_socket_new(struct event_base *,
                                           evutil_socket_t, int);
void bufferevent_setcb(struct bufferevent *, bufferevent_data_cb,
                       bufferevent_data_cb, bufferevent_event_cb, void *);
int bufferevent_write(struct bufferevent *, const void *, size_t);
int bufferevent_socket_connect_hostname(struct bufferevent *,
                                        struct evdns_base *, int, const char *,
                                        int);

#ifdef __cplusplus
}
#endif
#endif

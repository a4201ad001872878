/*===- event2/event.h - declarations for tests -----------------------------===*\
|*
|* Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
|* The functions of libevent that the tests use.
|*
\*===----------------------------------------------------------------------===*/

#ifndef NOSTALL_MOCK_EVENT_H
#define NOSTALL_MOCK_EVENT_H

#include <sys/time.h>

#ifdef __cplusplus
extern "C" {
#endif

struct event_base;
struct event;
typedef int evutil_socket_t;
typedef void (*event_callback_fn)(evutil_socket_t, short, void *);

#define EV_TIMEOUT 0x01
#define EV_READ 0x02
#define EV_PERSIST 0x10
#define EVLOOP_ONCE 0x01
#define EVLOOP_NONBLOCK 0x02

struct event_base *event_base_new(void);
int event_base_dispatch(struct event_base *);
int event_base_loop(struct event_base *, int);
struct event *event_new(struct event_base *, evutil_socket_t, short,
                        event_callback_fn, void *);
int event_assign(struct event *, struct event_base *, evutil_socket_t, short,
                 event_callback_fn, void *);
int event_add(struct event *, const struct timeval *);
int event_base_once(struct event_base *, evutil_socket_t, short,
                    event_callback_fn, void *, const struct timeval *);
void event_active(struct event *, int, short);
void event_free(struct event *);

#define evtimer_new(b, cb, arg) event_new((b), -1, 0, (cb), (arg))
#define evsignal_new(b, x, cb, arg) event_new((b), (x), 0x18, (cb), (arg))

#ifdef __cplusplus
}
#endif
#endif

/*===- event2/http.h - declarations for tests ------------------------------===*\
|*
|* Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
\*===----------------------------------------------------------------------===*/

#ifndef NOSTALL_MOCK_EVHTTP_H
#define NOSTALL_MOCK_EVHTTP_H

#include <event2/event.h>

#ifdef __cplusplus
extern "C" {
#endif

struct evhttp;
struct evhttp_request;
struct evhttp *evhttp_new(struct event_base *base);
int evhttp_set_cb(struct evhttp *http, const char *path,
                  void (*cb)(struct evhttp_request *, void *), void *cb_arg);
void evhttp_set_gencb(struct evhttp *http,
                      void (*cb)(struct evhttp_request *, void *), void *arg);
void evhttp_send_error(struct evhttp_request *req, int error,
                       const char *reason);

#ifdef __cplusplus
}
#endif
#endif

#include "commands.h"
#include <cstring>
#include <sys/epoll.h>

static Request read(int Descriptor);

static void dispatch(const Request &R) {
  for (const Command *C = Commands; C->Name; ++C)
    if (R.Name == C->Name)
      C->Run(R);
  if (Handler H = lookup(R.Name))
    H(R);
}

static Request read(int Descriptor) { return {std::to_string(Descriptor)}; }

int main(int Count, char **) {
  if (Count > 1) {
    Batch[0].Run({});
    return 0;
  }
  int Epoll = epoll_create1(0);
  for (;;) {
    epoll_event Events[4];
    int N = epoll_wait(Epoll, Events, 4, -1);
    for (int I = 0; I < N; ++I)
      dispatch(read(Events[I].data.fd));
  }
}

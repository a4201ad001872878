#include "guards.h"
#include <unistd.h>

Unlocked::Unlocked() : State(PyEval_SaveThread()) {}
Unlocked::~Unlocked() { PyEval_RestoreThread(State); }
Locked::Locked() : State(PyGILState_Ensure()) {}
Locked::~Locked() { PyGILState_Release(State); }

void write_out(int Descriptor) { fsync(Descriptor); }
void write_more(int Descriptor) { fdatasync(Descriptor); }

// Called from a thread that does not hold it.
void notify(int Descriptor) {
  sleep(1);
  {
    Locked Lock;
    sleep(2);
  }
  sleep(3);
}

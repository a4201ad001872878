#pragma once
#include "python.h"

struct Unlocked {
  Unlocked();
  ~Unlocked();

private:
  PyThreadState *State;
};

// As SWIG makes it: the destructor takes the GIL unless end() has.
class Allow {
  bool Active = true;
  PyThreadState *State = PyEval_SaveThread();

public:
  void end() {
    if (Active) {
      PyEval_RestoreThread(State);
      Active = false;
    }
  }
  ~Allow() { end(); }
};

struct Locked {
  Locked();
  ~Locked();

private:
  int State;
};

void write_out(int Descriptor);
void write_more(int Descriptor);
void notify(int Descriptor);

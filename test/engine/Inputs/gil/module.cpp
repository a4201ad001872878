#include "guards.h"
#include <thread>
#include <unistd.h>

static PyObject *save(PyObject *, PyObject *) {
  {
    Unlocked Guard;
    write_out(1);
  }
  write_more(1);
  return nullptr;
}

static PyObject *quiet(PyObject *, PyObject *) {
  Unlocked Guard;
  write_out(2);
  write_more(2);
  return nullptr;
}

static PyObject *generated(PyObject *, PyObject *) {
  Allow Threads;
  sleep(4);
  Threads.end();
  sleep(5);
  return nullptr;
}

static PyObject *start(PyObject *, PyObject *) {
  std::thread(notify, 3).detach();
  return nullptr;
}

// A helper that releases it only if it is told so.
static void synchronise(int Descriptor, bool Quietly) {
  PyThreadState *State = nullptr;
  if (Quietly)
    State = PyEval_SaveThread();
  syncfs(Descriptor);
  if (Quietly)
    PyEval_RestoreThread(State);
}

static PyObject *FN_flag(PyObject *, PyObject *) {
  synchronise(1, false);
  return nullptr;
}

extern const PyMethodDef Methods[] = {{"save", save, 1, ""},
                                      {"quiet", quiet, 1, ""},
                                      {"generated", generated, 1, ""},
                                      {"start", start, 1, ""},
                                      {"flag", FN_flag, 1, ""}};

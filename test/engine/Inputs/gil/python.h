// As much of Python's C API as the test needs.
#pragma once
extern "C" {
struct PyObject;
typedef PyObject *(*PyCFunction)(PyObject *, PyObject *);
struct PyMethodDef {
  const char *ml_name;
  PyCFunction ml_meth;
  int ml_flags;
  const char *ml_doc;
};
struct PyThreadState;
PyThreadState *PyEval_SaveThread();
void PyEval_RestoreThread(PyThreadState *);
int PyGILState_Ensure();
void PyGILState_Release(int);
}

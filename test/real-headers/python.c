// RUN: %check_nostall %s --real -- -std=c11 -I/usr/include/python3.11
// RUN: %check_nostall %s --real --suffix=OFF --option nostall-blocking-call.HoldsGIL=false --option nostall-cpu-bound-loop.HoldsGIL=false -- -std=c11 -I/usr/include/python3.11
// An extension module in C: Python holds its GIL while it calls a function,
// until that releases it.

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <fcntl.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

static PyObject *bad_sync(PyObject *Self, PyObject *Args) {
  int Descriptor;
  if (!PyArg_ParseTuple(Args, "i", &Descriptor))
    return NULL;
  fsync(Descriptor);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'fsync' blocks while it holds Python's GIL, and no other Python thread runs: it waits until{{.*}} [nostall-blocking-call]
  Py_RETURN_NONE;
}

static PyObject *ok_sync(PyObject *Self, PyObject *Args) {
  int Descriptor;
  if (!PyArg_ParseTuple(Args, "i", &Descriptor))
    return NULL;
  Py_BEGIN_ALLOW_THREADS
  fsync(Descriptor);
  Py_END_ALLOW_THREADS
  Py_RETURN_NONE;
}

// In the middle of the block the GIL is taken again.
static PyObject *bad_blocked(PyObject *Self, PyObject *Args) {
  Py_BEGIN_ALLOW_THREADS
  fsync(1);
  Py_BLOCK_THREADS
  fsync(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'fsync' blocks while it holds Python's GIL{{.*}} [nostall-blocking-call]
  Py_UNBLOCK_THREADS
  fsync(3);
  Py_END_ALLOW_THREADS
  Py_RETURN_NONE;
}

static PyObject *bad_afterwards(PyObject *Self, PyObject *Arg) {
  long Rounds = PyLong_AsLong(Arg);
  while (Rounds-- > 0) {
    Py_BEGIN_ALLOW_THREADS
    sleep(1);
    Py_END_ALLOW_THREADS
    if (PyErr_CheckSignals())
      return NULL;
  }
  sleep(2);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks while it holds Python's GIL{{.*}} [nostall-blocking-call]
  return NULL;
}

// Through helpers.
struct Connection {
  PyObject_HEAD
  PyThreadState *Saved;
  int Socket;
};

static void let_go(struct Connection *C) { C->Saved = PyEval_SaveThread(); }
static void take_back(struct Connection *C) { PyEval_RestoreThread(C->Saved); }

static void flush_to_disk(struct Connection *C) { fsync(C->Socket); }
static void flush_quietly(struct Connection *C) { fsync(C->Socket); }

static PyObject *bad_helper(struct Connection *Self, PyObject *Unused) {
  flush_to_disk(Self);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'flush_to_disk' blocks in 'fsync' while it holds Python's GIL{{.*}} [nostall-blocking-call]
  Py_RETURN_NONE;
}

static PyObject *ok_helper(struct Connection *Self, PyObject *Unused) {
  let_go(Self);
  flush_quietly(Self);
  take_back(Self);
  Py_RETURN_NONE;
}

static PyObject *bad_one_way(struct Connection *Self, PyObject *Arg) {
  if (PyObject_IsTrue(Arg)) {
    let_go(Self);
    fdatasync(Self->Socket);
    take_back(Self);
  }
  fdatasync(Self->Socket);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'fdatasync' blocks while it holds Python's GIL{{.*}} [nostall-blocking-call]
  Py_RETURN_NONE;
}

// What a library calls back on a thread that has released the GIL.
static void bad_callback(void *Data) {
  PyGILState_STATE State = PyGILState_Ensure();
  PyObject_CallNoArgs((PyObject *)Data);
  usleep(5000);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'usleep' blocks while it holds Python's GIL{{.*}} [nostall-blocking-call]
  PyGILState_Release(State);
  usleep(5000);
}

void *worker(void *Data) {
  usleep(1000);
  bad_callback(Data);
  return NULL;
}

static PyObject *ok_thread(PyObject *Self, PyObject *Callable) {
  pthread_t Thread;
  pthread_create(&Thread, NULL, worker, Callable);
  Py_RETURN_NONE;
}

static PyObject *bad_compute(PyObject *Self, PyObject *Args) {
  double Sum = 0;
  for (long I = 0; I < 50000000; ++I)
    // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: this loop makes 50000000 rounds{{.*}} while it holds Python's GIL, and no other Python thread runs{{.*}} [nostall-cpu-bound-loop]
    Sum += 1.0 / (double)(I + 1);
  return PyFloat_FromDouble(Sum);
}

static PyObject *ok_compute(PyObject *Self, PyObject *Args) {
  double Sum = 0;
  Py_BEGIN_ALLOW_THREADS
  for (long I = 0; I < 50000000; ++I)
    Sum += 1.0 / (double)(I + 1);
  Py_END_ALLOW_THREADS
  return PyFloat_FromDouble(Sum);
}

static PyMethodDef Functions[] = {
    {"bad_sync", bad_sync, METH_VARARGS, ""},
    {"ok_sync", ok_sync, METH_VARARGS, ""},
    {"bad_blocked", bad_blocked, METH_NOARGS, ""},
    {"bad_afterwards", bad_afterwards, METH_O, ""},
    {"ok_thread", ok_thread, METH_O, ""},
    {"bad_compute", bad_compute, METH_NOARGS, ""},
    {"ok_compute", ok_compute, METH_NOARGS, ""},
    {NULL, NULL, 0, NULL}};

static PyMethodDef Methods[] = {
    {"bad_helper", (PyCFunction)bad_helper, METH_NOARGS, ""},
    {"ok_helper", (PyCFunction)ok_helper, METH_NOARGS, ""},
    {.ml_name = "bad_one_way",
     .ml_meth = (PyCFunction)(void (*)(void))bad_one_way,
     .ml_flags = METH_O},
    {NULL, NULL, 0, NULL}};

static PyObject *bad_getter(struct Connection *Self, void *Closure) {
  char Text[8];
  read(open("/etc/motd", O_RDONLY), Text, sizeof(Text));
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'read' may block while it holds Python's GIL{{.*}} [nostall-blocking-call]
  return NULL;
}

static PyGetSetDef Getters[] = {
    {"text", (getter)bad_getter, NULL, NULL, NULL}, {NULL}};

static int bad_init(struct Connection *Self, PyObject *Args, PyObject *Named) {
  sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks while it holds Python's GIL{{.*}} [nostall-blocking-call]
  return 0;
}

static PyTypeObject ConnectionType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "example.Connection",
    .tp_basicsize = sizeof(struct Connection),
    .tp_init = (initproc)bad_init,
    .tp_methods = Methods,
    .tp_getset = Getters,
};

static PyObject *bad_slot(PyObject *Self) {
  sleep(1);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'sleep' blocks while it holds Python's GIL{{.*}} [nostall-blocking-call]
  return NULL;
}

static PyType_Slot Slots[] = {{Py_tp_iternext, (void *)bad_slot}, {0, NULL}};
PyType_Spec Spec = {.name = "example.Rows", .slots = Slots};

// Once, on import.
static int ok_exec(PyObject *Module) {
  sleep(1);
  return PyModule_AddType(Module, &ConnectionType);
}

static PyModuleDef_Slot ModuleSlots[] = {{Py_mod_exec, (void *)ok_exec},
                                         {0, NULL}};
static struct PyModuleDef Module = {
    PyModuleDef_HEAD_INIT, .m_name = "example", .m_size = 0,
    .m_methods = Functions, .m_slots = ModuleSlots};

PyMODINIT_FUNC PyInit_example(void) { return PyModuleDef_Init(&Module); }

// A loop of its own that keeps the GIL while it waits.
#include <poll.h>
#include <sys/epoll.h>

static PyObject *bad_own_loop(PyObject *Self, PyObject *Callable) {
  struct epoll_event Events[8];
  for (;;) {
    int Ready = epoll_wait(5, Events, 8, -1);
    // CHECK-MESSAGES: :[[@LINE-1]]:17: warning: 'epoll_wait' blocks while it holds Python's GIL{{.*}} [nostall-blocking-call]
    for (int I = 0; I < Ready; ++I)
      if (!PyObject_CallNoArgs(Callable))
        return NULL;
  }
}

// As Cython makes `with nogil`.
static PyObject *bad_after_generated(PyObject *Self, PyObject *Arg) {
  int Result = 0;
  {
    PyThreadState *_save;
    _save = NULL;
    if (PyGILState_Check()) {
      Py_UNBLOCK_THREADS
    }
    /*try:*/ {
      Result = fsync(3);
      if (Result < 0) {
        goto Error;
      }
    }
    /*finally:*/ {
      /*normal exit:*/ {
        if (_save) {
          Py_BLOCK_THREADS
        }
        goto Done;
      }
    Error : {
      if (_save) {
        Py_BLOCK_THREADS
      }
      return NULL;
    }
    Done:;
    }
  }
  fdatasync(3);
  // CHECK-MESSAGES: :[[@LINE-1]]:3: warning: 'fdatasync' blocks while it holds Python's GIL{{.*}} [nostall-blocking-call]
  return PyLong_FromLong(Result);
}

PyMethodDef More[] = {{"own_loop", bad_own_loop, METH_O, ""},
                      {"generated", bad_after_generated, METH_NOARGS, ""},
                      {NULL, NULL, 0, NULL}};

/*===- embed_python.c - python3 as a library of another program -----------===*\
|*                                                                            *|
|* Part of nostall, under the Apache License v2.0 with LLVM Exceptions.       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|* usage: embed_python LIBPYTHON [arguments of python3...]                    *|
|* Needs no headers of Python, only the library.                              *|
\*===----------------------------------------------------------------------===*/

#include <dlfcn.h>
#include <stdio.h>

int main(int Count, char **Values) {
  if (Count < 2) {
    fprintf(stderr, "usage: embed_python LIBPYTHON [ARGUMENTS...]\n");
    return 2;
  }
  /* Global: Python's extension modules take its symbols from there. */
  void *Library = dlopen(Values[1], RTLD_NOW | RTLD_GLOBAL);
  if (!Library) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  int (*Main)(int, char **) =
      (int (*)(int, char **))dlsym(Library, "Py_BytesMain");
  if (!Main) {
    fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  return Main(Count - 1, Values + 1);
}

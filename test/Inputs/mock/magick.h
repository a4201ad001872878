//===- magick.h - declarations for tests ------------------------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The part of Magick++ that the tests use: names and shapes, nothing that runs.
//
//===----------------------------------------------------------------------===//

#pragma once

#include <string>

namespace Magick {

class Blob {
public:
  Blob(const void *Data, unsigned long Size);
};

class Image {
public:
  void read(const std::string &File);
  void read(const Blob &Data);
  void write(const std::string &File);
  void write(Blob *Data);
  void resize(const char *Geometry);
  unsigned long columns() const;
};

} // namespace Magick

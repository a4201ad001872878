//===- calls/wide_stdio.cpp - wide and formatted streams --------*- C++ -*-===//
//
// Part of nostall, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Wide streams, their orientation, conversion errors, and C++ streams beside C
// ones on the same descriptor. A wrapper that writes to a stream, or asks it
// something, may orient it.
//
//===----------------------------------------------------------------------===//

#include "loop.h"
#include "self.h"
#include "stall.h"

#include <clocale>
#include <cwchar>
#include <fstream>
#include <iostream>
#include <sstream>

static int formatTo(wchar_t *To, size_t Size, const wchar_t *Format, ...) {
  va_list Arguments;
  va_start(Arguments, Format);
  int Length = vswprintf(To, Size, Format, Arguments);
  va_end(Arguments);
  return Length;
}

static void useWide() {
  wchar_t Text[64], Word[16];
  int Number = 0;
  double Real = 0;
  FILE *File = fopen("wide", "w+");
  SHOW(fwide(File, 0));
  SHOW(fwprintf(File, L"%d %ls %.2f %Lg %lc\n", 7, L"wörd", 2.5, 1.5L, L'ü'));
  SHOW(fwide(File, -1) > 0);
  SHOW(fputws(L"zweite Zeile\n", File) >= 0);
  SHOW(fputwc(L'ß', File) == L'ß');
  // The narrow functions refuse a wide stream.
  SHOW(fprintf(File, "narrow"));
  rewind(File);
  SHOW(fwscanf(File, L"%d %15ls %lf", &Number, Word, &Real));
  say("%d %zu %g", Number, wcslen(Word), Real);
  SHOW(fgetws(Text, 64, File) == Text);
  SHOW(fgetws(Text, 64, File) == Text);
  say("%zu", wcslen(Text));
  SHOW(fgetwc(File) == L'ß');
  SHOW(fgetwc(File) == WEOF);
  SHOW(fclose(File));
  SHOW(swprintf(Text, 64, L"%2$ls %1$d", 5, L"five"));
  SHOW(formatTo(Text, 4, L"too long"));
  SHOW(swscanf(L"12 x", L"%d %ls", &Number, Word));
}

static void failToConvert() {
  FILE *File = fopen("broken", "w+");
  SHOW(fwrite("ok\n\xff\xfe", 1, 5, File));
  rewind(File);
  wchar_t Line[16];
  FILE *Again = freopen("broken", "r", File);
  SHOW(fgetws(Line, 16, Again) == Line);
  SHOW(fgetws(Line, 16, Again) == nullptr);
  SHOW(ferror(Again));
  SHOW(fclose(Again));
}

static void useStreams() {
  std::ostringstream Text;
  Text << 1.5 << ' ' << std::hex << 255 << ' ' << true << std::endl;
  std::ofstream File("stream");
  File << Text.str() << "more" << std::flush;
  say("good %d", File.good());
  File.close();
  std::ifstream Input("stream");
  double Real;
  std::string Word;
  Input >> Real >> Word;
  say("%g %s, end %d", Real, Word.c_str(), Input.eof());
  std::ifstream Missing("missing");
  say("missing %d", Missing.is_open());
  std::cout << "from a C++ stream\n" << std::flush;
  std::cerr << "to standard error\n";
  std::clog << "and to the log\n";
}

static void handle(int, void *) {
  stall();
  useWide();
  failToConvert();
  useStreams();
  spinUs(STALL_US);
}

int main() {
  say("locale %s", setlocale(LC_ALL, "C.UTF-8") ? "set" : "missing");
  EXPECT(runLoop(3, handle, nullptr) == 0);
  SHOW(fwide(stdout, 0));
  SHOW(fwide(stderr, 0) <= 0);
  reportSelf("end", 1);
}

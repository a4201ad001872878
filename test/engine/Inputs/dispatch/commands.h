#pragma once
#include <string>

struct Request {
  std::string Name;
};

using Handler = void (*)(const Request &);
struct Command {
  const char *Name;
  Handler Run;
};

extern const Command Commands[];
extern const Command Batch[];
Handler lookup(const std::string &Name);

#include "commands.h"
#include <unistd.h>
#include <unordered_map>

static void ping(const Request &) {}
static void save(const Request &) { sync(); }
static void wait(const Request &) { sleep(1); }
static void FP_rebuild(const Request &) { sleep(2); }

const Command Commands[] = {{"ping", ping}, {"save", &save}, {nullptr, nullptr}};

// Never dispatched by the loop; but one field stands for all objects of a class,
// so that what any table holds is taken to be run wherever a Command is.
const Command Batch[] = {{"rebuild", FP_rebuild}};

static const std::unordered_map<std::string, Handler> ByName = {
    {"ping", ping},
    {"wait", wait},
};

Handler lookup(const std::string &Name) {
  auto It = ByName.find(Name);
  return It == ByName.end() ? nullptr : It->second;
}

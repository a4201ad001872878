#include "store.h"
#include <fstream>
#include <unistd.h>

void Store::save(const std::string &Row) {
  std::lock_guard Lock(Mutex);
  Rows += Row;
  sync();
}

void Store::load() {
  std::ifstream File("rows.txt");
  std::getline(File, Rows);
}

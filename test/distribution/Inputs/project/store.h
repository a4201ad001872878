#pragma once
#include <mutex>
#include <string>

class Store {
public:
  void save(const std::string &Row);
  void load();

private:
  std::mutex Mutex;
  std::string Rows;
};

#pragma once
#include <memory>
#include <string>

class Store {
public:
  virtual ~Store();
  virtual void save(const std::string &Row) = 0;
  virtual void close() {}
  void saveTwice(const std::string &Row) {
    save(Row);
    save(Row);
  }
};

std::unique_ptr<Store> openStore(bool OnDisk);

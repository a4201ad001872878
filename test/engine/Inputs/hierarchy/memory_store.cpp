#include "store.h"
#include <vector>

Store::~Store() = default;

class MemoryStore final : public Store {
public:
  void save(const std::string &Row) override { Rows.push_back(Row); }

private:
  std::vector<std::string> Rows;
};

std::unique_ptr<Store> openDiskStore();

std::unique_ptr<Store> openStore(bool OnDisk) {
  if (OnDisk)
    return openDiskStore();
  return std::make_unique<MemoryStore>();
}

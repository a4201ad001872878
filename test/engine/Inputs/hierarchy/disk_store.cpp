#include "store.h"
#include <unistd.h>

class FileStore : public Store {
public:
  void save(const std::string &Row) override {
    Rows += Row.size();
    flush();
  }

protected:
  virtual void flush() = 0;
  int Descriptor = 3;
  long Rows = 0;
};

class DiskStore final : public FileStore {
  void flush() override { fsync(Descriptor); }
  void close() override { sleep(1); }
};

// Same methods, another hierarchy.
struct Unrelated {
  virtual ~Unrelated();
  virtual void save(const std::string &) { sleep(2); }
  virtual void close() { sleep(3); }
};
Unrelated::~Unrelated() = default;

std::unique_ptr<Store> openDiskStore() { return std::make_unique<DiskStore>(); }

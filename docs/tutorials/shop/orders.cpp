#include "orders.h"
#include "lib/credit.h"
#include <cstdlib>
#include <unistd.h>

// The printer wants a pause after every tenth label.
static void printLabel(int number) {
  if (number % 10 == 9)
    usleep(40'000);
}

static void reorderPaper() { std::system("lp-order paper"); }

void takeOrder(int number) {
  printLabel(number);
  if (number % 20 == 14 && !credit_ok(number))
    return;
  if (number == 1'000'000)
    reorderPaper();
}

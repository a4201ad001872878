#pragma once

void takeOrder(int number);

#pragma once
#define MADE 3
inline int made() { return MADE; }

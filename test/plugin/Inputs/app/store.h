#pragma once
void save();
void load();
void quiet();
inline void flush() { save(); }

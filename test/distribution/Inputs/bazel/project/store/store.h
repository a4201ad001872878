#pragma once
void save();
extern "C" int plain(void);

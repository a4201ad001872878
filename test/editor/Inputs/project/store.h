#pragma once

void save();

// A helper in a header: clangd skips its body in the files that include it.
inline void flush() { save(); }

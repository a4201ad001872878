int plain(void) { int class = 1; return class; }

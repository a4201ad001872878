#pragma once

// From a library without source code.
extern "C" bool credit_ok(int customer);

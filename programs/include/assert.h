/* Stops the program when something that must hold does not. */
#pragma once

_Noreturn void assertion_failed(const char *expression, const char *file, int line);
#define assert(expression) ((expression) ? (void)0 : assertion_failed(#expression, __FILE__, __LINE__))
#define static_assert _Static_assert

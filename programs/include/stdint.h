/* The integer types of fixed size are the compiler's own. */
#pragma once

#include <stdint-gcc.h>

/* strcasecmp is declared with the other strings. */
#pragma once

#include <string.h>

/* src/intel/csv_priv.h - tables of indicators are read row by row. */
#pragma once

#include "intel/csv.h"

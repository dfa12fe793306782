// SPDX-License-Identifier: Apache-2.0
// The limit that the start of the console is compared with: a curses program that draws one full screen and waits.
#include <curses.h>

int main(void)
{
	initscr();
	noecho();
	for (int y = 0; y < LINES - 1; y++)
		mvprintw(y, 0, "podvm-%d-77aa01bc  Running  3 d  172.16.4.9  ecs.g8i.xlarge", y);
	refresh();
	getch();
	endwin();
	return 0;
}

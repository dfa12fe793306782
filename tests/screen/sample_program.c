// SPDX-License-Identifier: Apache-2.0
// A small curses program that the test terminal is tested with: shows the last key, wide text, attributes; `q` ends it,
// `!` crashes it.
#include "config.h"

#include <curses.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/banned.h"

static void show(int count, wint_t key)
{
	erase();
	mvaddstr(0, 0, "cluster 北京-生产 ready");
	attron(A_BOLD);
	mvaddstr(1, 0, "bold");
	attroff(A_BOLD);
	attron(A_REVERSE | COLOR_PAIR(1));
	mvaddstr(2, 0, "red on the terminal's");
	attroff(A_REVERSE | COLOR_PAIR(1));
	mvprintw(3, 0, "%d keys, last %#x, %d x %d", count, (unsigned)key, COLS, LINES);
	move(1, 2);
	refresh();
}

int main(void)
{
	wint_t key = 0;
	int count = 0;

	setlocale(LC_ALL, "");
	initscr();
	raw();
	noecho();
	keypad(stdscr, TRUE);
	start_color();
	use_default_colors();
	init_pair(1, COLOR_RED, -1);
	for (show(0, 0); key != 'q'; show(count, key)) {
		get_wch(&key);
		count++;
		if (key == '!')
			raise(SIGSEGV);
		if (key == 'z') {
			endwin();
			raise(SIGTSTP);
		}
		if (key == 'o') {
			printf("\033]52;c;cGVlcmRlY2s=\a");
			fflush(stdout);
		}
	}
	endwin();
	return 3;
}

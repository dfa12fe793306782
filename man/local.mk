# SPDX-License-Identifier: Apache-2.0
# Manual pages and completions, made from the tables that the program works by.
noinst_PROGRAMS += man/manual
man_manual_SOURCES = man/manual.c
# The table of keys comes from the screen's room, without the screen.
man_manual_LDADD = libcli.a libguide.a libui.a liborphans.a libwork.a libinventory.a libnet.a libbase.a $(NCURSES_LIBS) $(CORE_LIBS)

MANUAL_PAGES = man/peerdeck.1 man/peerdeck-sim.1 man/peerdeck.conf.5 man/peerdeck-guide.5
man_MANS = $(MANUAL_PAGES)

bashcompletiondir = $(datadir)/bash-completion/completions
zshcompletiondir = $(datadir)/zsh/site-functions
fishcompletiondir = $(datadir)/fish/vendor_completions.d
nodist_bashcompletion_DATA = man/completion/peerdeck
nodist_zshcompletion_DATA = man/completion/_peerdeck
nodist_fishcompletion_DATA = man/completion/peerdeck.fish
COMPLETIONS = $(nodist_bashcompletion_DATA) $(nodist_zshcompletion_DATA) $(nodist_fishcompletion_DATA)
CLEANFILES += $(COMPLETIONS)

EXTRA_DIST += man/peerdeck.1.in man/peerdeck-sim.1.in man/peerdeck.conf.5.in man/peerdeck-guide.5.in
CLEANFILES += $(MANUAL_PAGES) man/sim-help.txt

man/peerdeck.1: $(srcdir)/man/peerdeck.1.in man/manual$(EXEEXT)
	$(AM_V_GEN)./man/manual$(EXEEXT) $(srcdir)/man/peerdeck.1.in >$@.tmp && mv $@.tmp $@
man/peerdeck.conf.5: $(srcdir)/man/peerdeck.conf.5.in man/manual$(EXEEXT)
	$(AM_V_GEN)./man/manual$(EXEEXT) $(srcdir)/man/peerdeck.conf.5.in >$@.tmp && mv $@.tmp $@
man/peerdeck-guide.5: $(srcdir)/man/peerdeck-guide.5.in man/manual$(EXEEXT)
	$(AM_V_GEN)./man/manual$(EXEEXT) $(srcdir)/man/peerdeck-guide.5.in >$@.tmp && mv $@.tmp $@
man/sim-help.txt: peerdeck-sim$(EXEEXT)
	$(AM_V_GEN)./peerdeck-sim$(EXEEXT) --help >$@.tmp && mv $@.tmp $@
man/peerdeck-sim.1: $(srcdir)/man/peerdeck-sim.1.in man/manual$(EXEEXT) man/sim-help.txt
	$(AM_V_GEN)./man/manual$(EXEEXT) $(srcdir)/man/peerdeck-sim.1.in man/sim-help.txt >$@.tmp && mv $@.tmp $@
man/completion/peerdeck: man/manual$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) man/completion && ./man/manual$(EXEEXT) --completion bash >$@.tmp && mv $@.tmp $@
man/completion/_peerdeck: man/manual$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) man/completion && ./man/manual$(EXEEXT) --completion zsh >$@.tmp && mv $@.tmp $@
man/completion/peerdeck.fish: man/manual$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) man/completion && ./man/manual$(EXEEXT) --completion fish >$@.tmp && mv $@.tmp $@

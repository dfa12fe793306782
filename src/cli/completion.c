// SPDX-License-Identifier: Apache-2.0
// Completions for bash, zsh and fish, from the rows of the command line.
#include "config.h"
#include "cli/cli.h"

#include <string.h>

#include "inventory/kind.h"

#include "base/banned.h"

static void write_kinds(FILE *out)
{
	for (int id = 0; id < KIND_COUNT; id++)
		fprintf(out, "%s ", kind_get((enum kind_id)id)->plural);
	fputs("jobs", out);
}

static void write_commands(FILE *out)
{
	for (size_t i = 0; i < cli_command_table_count; i++)
		if (cli_command_table[i].name[0])
			fprintf(out, "%s ", cli_command_table[i].name);
}

// The words of a value without those that stand for files and folders.
static void write_words(FILE *out, const char *words)
{
	const char *at = words;
	bool first = true;

	while (*at) {
		size_t length = strcspn(at, " ");

		if (*at != '@') {
			fprintf(out, "%s%.*s", first ? "" : " ", (int)length, at);
			first = false;
		}
		at += length;
		at += strspn(at, " ");
	}
}

static bool takes_files(const struct option_row *row)
{
	return row->words && strstr(row->words, "@file");
}

static void completion_bash(FILE *out)
{
	fputs("# bash completion for peerdeck\n"
	      "_peerdeck() {\n"
	      "\tlocal current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} command= word\n"
	      "\tfor word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
	      "\t\tcase $word in -*) ;; *) command=$word; break ;; esac\n"
	      "\tdone\n"
	      "\tcase $before in\n",
	        out);
	for (size_t i = 0; i < option_table_count; i++) {
		const struct option_row *row = &option_table[i];

		if (!row->value || row->hidden)
			continue;
		fprintf(out, "\t%s%s%s) COMPREPLY=($(compgen ", row->name, row->letter ? "|" : "",
		        row->letter ? row->letter : "");
		fputs(takes_files(row) ? "-f " : "", out);
		fputs("-W '", out);
		write_words(out, row->words ? row->words : "");
		fputs("' -- \"$current\")); return ;;\n", out);
	}
	fputs("\tlist) COMPREPLY=($(compgen -W '", out);
	write_kinds(out);
	fputs("' -- \"$current\")); return ;;\n"
	      "\tcompletion) COMPREPLY=($(compgen -W 'bash zsh fish' -- \"$current\")); return ;;\n"
	      "\tesac\n"
	      "\tcase $current in\n\t-*) COMPREPLY=($(compgen -W '",
	        out);
	for (size_t i = 0; i < option_table_count; i++)
		if (!option_table[i].hidden)
			fprintf(out, "%s ", option_table[i].name);
	fputs("' -- \"$current\")) ;;\n\t*) [ -n \"$command\" ] && [ \"$command\" != \"$current\" ] || "
	      "COMPREPLY=($(compgen -W '",
	        out);
	write_commands(out);
	write_kinds(out);
	fputs("' -- \"$current\")) ;;\n\tesac\n}\ncomplete -F _peerdeck peerdeck\n", out);
}

// A description inside single quotes of zsh's _arguments: brackets, colons and quotes have a meaning there.
static void write_zsh_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\'')
			fputs("'\\''", out);
		else if (strchr("[]:\\", *text))
			fprintf(out, "\\%c", *text);
		else
			fputc(*text, out);
	}
}

static void zsh_option(FILE *out, const struct option_row *row)
{
	const char *names[2] = {row->name, row->letter};

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (!names[i])
			continue;
		fprintf(out, "\t\t'%s%s%s[", row->joint ? "*" : "", names[i], row->value && i == 0 ? "=" : "");
		write_zsh_text(out, row->help);
		fputc(']', out);
		if (row->value) {
			fputc(':', out);
			write_zsh_text(out, row->value);
			fputc(':', out);
			if (takes_files(row)) {
				fputs("_files", out);
			} else {
				fputc('(', out);
				write_words(out, row->words ? row->words : "");
				fputc(')', out);
			}
		}
		fputs("' \\\n", out);
	}
}

static void completion_zsh(FILE *out)
{
	fputs("#compdef peerdeck\n_peerdeck() {\n\t_arguments -s \\\n", out);
	for (size_t i = 0; i < option_table_count; i++)
		if (!option_table[i].hidden)
			zsh_option(out, &option_table[i]);
	fputs("\t\t'1:command:(", out);
	write_commands(out);
	write_kinds(out);
	fputs(")' \\\n\t\t'2:kind:(", out);
	write_kinds(out);
	fputs(" bash zsh fish)'\n}\nif [ \"$funcstack[1]\" = _peerdeck ]; then _peerdeck \"$@\"; else compdef "
	      "_peerdeck peerdeck; fi\n",
	        out);
}

static void write_fish_text(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
}

static void completion_fish(FILE *out)
{
	fputs("# fish completion for peerdeck\ncomplete -c peerdeck -f\n", out);
	for (size_t i = 0; i < option_table_count; i++) {
		const struct option_row *row = &option_table[i];

		if (row->hidden)
			continue;
		fprintf(out, "complete -c peerdeck -l %s", row->name + 2);
		if (row->letter)
			fprintf(out, " -s %s", row->letter + 1);
		fputs(" -d '", out);
		write_fish_text(out, row->help);
		fputc('\'', out);
		if (row->value) {
			fprintf(out, " -r%s -a '", takes_files(row) ? "F" : "");
			write_words(out, row->words ? row->words : "");
			fputc('\'', out);
		}
		fputc('\n', out);
	}
	for (size_t i = 0; i < cli_command_table_count; i++)
		if (cli_command_table[i].name[0]) {
			fprintf(out, "complete -c peerdeck -n __fish_use_subcommand -a %s -d '", cli_command_table[i].name);
			write_fish_text(out, cli_command_table[i].help);
			fputs("'\n", out);
		}
	fputs("complete -c peerdeck -n __fish_use_subcommand -a '", out);
	write_kinds(out);
	fputs("'\ncomplete -c peerdeck -n '__fish_seen_subcommand_from list' -a '", out);
	write_kinds(out);
	fputs("'\ncomplete -c peerdeck -n '__fish_seen_subcommand_from completion' -a 'bash zsh fish'\n", out);
}

bool cli_completion(FILE *out, const char *shell, struct error *error)
{
	static const struct {
		const char *name;
		void (*write)(FILE *out);
	} shells[] = {{"bash", completion_bash}, {"zsh", completion_zsh}, {"fish", completion_fish}};

	for (size_t i = 0; i < COUNT_OF(shells); i++)
		if (strcmp(shells[i].name, shell) == 0) {
			shells[i].write(out);
			return true;
		}
	return error_set(error, ERROR_USAGE, _("there is a completion for bash, zsh and fish, not for %s"), shell);
}

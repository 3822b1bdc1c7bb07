/*
 * report ACCOUNT YEAR LANGUAGE: prints an account of the budget.
 *
 * It is what one finds on hosts: years old, without source in the story, and fragile. A long
 * argument overruns its buffer and crashes it; one with a quote becomes a part
 * of the query. That is why it stands behind a hole.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

__attribute__((noinline)) static void heading(const char *account, const char *year, int french)
{
    char line[64];

    sprintf(line, french ? "Compte %s, année %s" : "Account %s, year %s", account, year);
    printf("%s\n\n", line);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    char query[512];
    int french;

    if (argc != 4) {
        fputs("usage: report ACCOUNT YEAR LANGUAGE\n", stderr);
        return 2;
    }
    french = strncmp(argv[3], "fr", 2) == 0;
    heading(argv[1], argv[2], french);
    sprintf(query,
            "select day as \"%s\", what as \"%s\", to_char(cents / 100.0, '%s') as \"%s\""
            " from lines where account = %s and extract(year from day) = %s order by day",
            french ? "jour" : "day", french ? "objet" : "what",
            french ? "FM999G999G990D00" : "FM999,999,990.00", french ? "montant" : "amount",
            argv[1], argv[2]);
    execl("/usr/bin/psql", "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", query, (char *)0);
    perror("report: psql");
    return 3;
}

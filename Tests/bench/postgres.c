// The loop that Tests/bench/postgres holds the box against: libpq's own calls with the box's statement, and nothing else.
//
//   postgres CONNECTION READINGS READINGS_A_STATEMENT < STATEMENT
//
// Each reading is a second later than the last and has two values. Prints the milliseconds that the statements took.
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BEGIN = 1795953600, ROOM = 4 << 20 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

int main(int count, char **words) {
    char statement[4096] = "";
    size_t length = fread(statement, 1, sizeof statement - 1, stdin);
    if (count != 4 || length == 0) return 64;
    PGconn *connection = PQconnectdb(words[1]);
    if (PQstatus(connection) != CONNECTION_OK) {
        fputs(PQerrorMessage(connection), stderr);
        return 69;
    }
    long readings = atol(words[2]), most = atol(words[3]);
    char *numbers = malloc(ROOM), *times = malloc(ROOM), *values = malloc(ROOM);
    if (!numbers || !times || !values) return 1;
    double start = now();
    for (long first = 0; first < readings; first += most) {
        char *number = numbers, *time = times, *value = values;
        long end = first + most < readings ? first + most : readings;
        for (long n = first; n < end; n++) {
            char mark = n == first ? '{' : ',';
            number += sprintf(number, "%c1,2", mark);
            time += sprintf(time, "%c%ld,%ld", mark, BEGIN + n, BEGIN + n);
            value += sprintf(value, "%c%ld,%ld", mark, 400 + n % 700, 12345678 + n / 5);
        }
        strcpy(number, "}");
        strcpy(time, "}");
        strcpy(value, "}");
        const char *parameters[] = {numbers, times, values, "{}", "{maison,maison}", "{raw.linky,raw.linky}", "{linky,linky}",
                                    "{\"\",\"\"}", "{k7f39-x2m4t,k7f39-x2m4t}", "{\"\",\"\"}", "{va_in,wh_in}"};
        PGresult *result = PQexecParams(connection, statement, 11, NULL, parameters, NULL, NULL, 0);
        if (PQresultStatus(result) != PGRES_COMMAND_OK) {
            fputs(PQerrorMessage(connection), stderr);
            return 1;
        }
        PQclear(result);
    }
    printf("%.1f\n", now() - start);
    PQfinish(connection);
    return 0;
}

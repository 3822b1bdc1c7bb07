/* A CGI program as small as one can be. */
#include <unistd.h>

int main(void) {
  static const char answer[] = "Content-Type: text/plain\r\n\r\nhello from a program\n";
  return write(1, answer, sizeof answer - 1) < 0;
}

/*
 * Scans a file chunk by chunk with Hyperscan in block mode, each time it is told to, and prints how long that took.
 *
 *   hyperscan PATTERNS DATA OFFSETS
 *
 * PATTERNS has one pattern a line, a leading (?i) for either case. OFFSETS are 32-bit numbers in the machine's order: where each
 * chunk begins, and where the last one ends. Prints "compiled SECONDS", then "scanned SECONDS MATCHES" for each line on stdin.
 */
#include <fcntl.h>
#include <hs/hs.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void fail(const char *what) {
  fprintf(stderr, "hyperscan: %s\n", what);
  exit(1);
}

static const char *map(const char *path, size_t *size) {
  int file = open(path, O_RDONLY);
  struct stat status;
  if (file < 0 || fstat(file, &status) != 0) fail(path);
  *size = (size_t)status.st_size;
  const char *data = mmap(NULL, *size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
  if (data == MAP_FAILED) fail(path);
  return data;
}

static int count(unsigned id, unsigned long long from, unsigned long long to, unsigned flags, void *context) {
  (void)id, (void)from, (void)to, (void)flags;
  ++*(unsigned long long *)context;
  return 0;
}

int main(int argc, char **argv) {
  if (argc != 4) fail("give the files of patterns, data and offsets");
  FILE *file = fopen(argv[1], "r");
  if (!file) fail(argv[1]);
  size_t capacity = 16, patterns = 0;
  const char **sources = malloc(capacity * sizeof *sources);
  unsigned *flags = malloc(capacity * sizeof *flags), *ids = malloc(capacity * sizeof *ids);
  char line[4096];
  while (fgets(line, sizeof line, file)) {
    line[strcspn(line, "\n")] = '\0';
    if (patterns == capacity) {
      capacity *= 2;
      sources = realloc(sources, capacity * sizeof *sources);
      flags = realloc(flags, capacity * sizeof *flags);
      ids = realloc(ids, capacity * sizeof *ids);
    }
    int folded = strncmp(line, "(?i)", 4) == 0;
    sources[patterns] = strdup(folded ? line + 4 : line);
    flags[patterns] = folded ? HS_FLAG_CASELESS : 0;
    ids[patterns] = (unsigned)patterns;
    patterns++;
  }
  size_t size, offsets_size;
  const char *data = map(argv[2], &size);
  const uint32_t *offsets = (const uint32_t *)map(argv[3], &offsets_size);
  size_t chunks = offsets_size / sizeof *offsets - 1;

  hs_database_t *database = NULL;
  hs_compile_error_t *error = NULL;
  double start = now();
  if (hs_compile_multi(sources, flags, ids, (unsigned)patterns, HS_MODE_BLOCK, NULL, &database, &error) != HS_SUCCESS)
    fail(error->message);
  printf("compiled %.6f\n", now() - start);
  fflush(stdout);

  hs_scratch_t *scratch = NULL;
  if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS) fail("no scratch space");
  while (fgets(line, sizeof line, stdin)) {
    unsigned long long matches = 0;
    start = now();
    for (size_t i = 0; i < chunks; i++)
      if (hs_scan(database, data + offsets[i], offsets[i + 1] - offsets[i], 0, scratch, count, &matches) != HS_SUCCESS)
        fail("scanning failed");
    printf("scanned %.6f %llu\n", now() - start, matches);
    fflush(stdout);
  }
  return 0;
}

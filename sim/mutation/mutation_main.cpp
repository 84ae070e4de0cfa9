// Plays the scenario in the working directory: play SEED MUTANT... Registers and memories start
// with random contents of that seed. Each mutant runs in a fork of the process, so that files are
// read once. Prints its number and that of the first stream that was wrong, 0 for none.
#include <cstdio>
#include <cstdlib>
#include <sys/wait.h>
#include <unistd.h>
#include "Vbench.h"
#include "verilated.h"

static void play(Vbench& bench, int mutant) {
  bench.mutant = mutant;
  while (!bench.done) {
    bench.eval();
    bench.aclk = !bench.aclk;
  }
  std::printf("%d %u\n", mutant, bench.wrong);
  std::fflush(stdout);
}

int main(int argc, char** argv) {
  VerilatedContext context;
  context.randReset(2);
  context.randSeed(std::atoi(argv[1]));
  Vbench bench{&context};
  bench.mutant = 0;
  bench.aclk = 0;
  bench.eval();  // sets initial values
  for (int n = 2; n < argc; ++n) {
    const pid_t child = fork();
    if (child == 0) {
      play(bench, std::atoi(argv[n]));
      _exit(0);
    }
    int status = 1;
    if (child < 0 || waitpid(child, &status, 0) < 0 || status != 0) return 1;
  }
}

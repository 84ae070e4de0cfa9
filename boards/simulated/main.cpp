// A simulated board: runs the design and moves bytes between its serial line and a pseudo-terminal.
//
//   board FD DIVISOR    FD is the pseudo-terminal's other end, DIVISOR the clocks of a bit.
//
// SIGUSR1 presses the reset button. While nothing is on the line and no image is under way, time
// stands still until a byte comes, so that a board that waits takes no processor.
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include "Vtabfab_harness.h"
#include "verilated.h"

static volatile sig_atomic_t pressed = 0;
static void press(int) { pressed = 1; }

static const int kPressed = 50;           // clocks that the button stays down
static const int kQuiet = 4000;           // clocks without a byte after which the board rests
static const long kStuck = 2000000;       // the same while an image is under way that waits for one
static const size_t kMost = 4096;         // bytes that are taken from the host ahead
static const size_t kBacklog = 1 << 20;   // bytes that a host may leave unread

// Bytes onto the design's input, as a UART sends them.
class Sender {
 public:
  explicit Sender(int divisor) : divisor_(divisor) {}
  std::deque<unsigned char> bytes;
  bool idle() const { return left_ == 0 && bytes.empty(); }
  int step() {
    if (left_ == 0) {
      if (bytes.empty()) return 1;
      bits_ = bytes.front() << 1 | 0x200;
      bytes.pop_front();
      left_ = 10 * divisor_;
    }
    const int bit = bits_ >> ((10 * divisor_ - left_) / divisor_) & 1;
    --left_;
    return bit;
  }

 private:
  int divisor_, left_ = 0;
  unsigned bits_ = 0;
};

// Bytes from the design's output.
class Receiver {
 public:
  explicit Receiver(int divisor) : divisor_(divisor) {}
  std::deque<unsigned char> bytes;
  bool idle() const { return left_ == 0; }
  void step(int line) {
    if (left_ == 0) {
      if (line) return;
      left_ = 10 * divisor_;
      bits_ = 0;
    }
    const int past = 10 * divisor_ - left_;
    if (past % divisor_ == divisor_ / 2) bits_ |= line << (past / divisor_);
    if (past == 9 * divisor_ + divisor_ / 2) {  // the stop bit
      if (bits_ >> 9 && bytes.size() < kBacklog) bytes.push_back(bits_ >> 1 & 0xff);
      left_ = 0;
      return;
    }
    --left_;
  }

 private:
  int divisor_, left_ = 0;
  unsigned bits_ = 0;
};

static void take(int fd, std::deque<unsigned char>& bytes) {
  unsigned char buffer[kMost];
  if (bytes.size() >= kMost) return;
  const ssize_t count = read(fd, buffer, kMost - bytes.size());
  if (count > 0) bytes.insert(bytes.end(), buffer, buffer + count);
  if (count == 0) std::exit(0);
}

static void give(int fd, std::deque<unsigned char>& bytes) {
  while (!bytes.empty()) {
    unsigned char buffer[512];
    size_t count = 0;
    for (; count < sizeof buffer && count < bytes.size(); ++count) buffer[count] = bytes[count];
    const ssize_t written = write(fd, buffer, count);
    if (written <= 0) return;  // the host does not read; try again later
    bytes.erase(bytes.begin(), bytes.begin() + written);
  }
}

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  const int fd = std::atoi(argv[1]), divisor = std::atoi(argv[2]);
  fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  struct sigaction action = {};
  action.sa_handler = press;
  sigaction(SIGUSR1, &action, nullptr);

  VerilatedContext context;
  context.randReset(2);
  Vtabfab_harness board{&context};
  Sender sender(divisor);
  Receiver receiver(divisor);
  int button = 0;
  long quiet = 0;
  board.clk = 0;
  board.rx = 1;
  board.reset = 0;
  while (true) {
    for (int n = 0; n < 256; ++n) {
      if (pressed) {
        pressed = 0;
        button = kPressed;
      }
      board.reset = button > 0;
      if (button > 0) --button;
      board.rx = sender.step();
      board.clk = 0;
      board.eval();
      receiver.step(board.tx);
      board.clk = 1;
      board.eval();
    }
    take(fd, sender.bytes);
    give(fd, receiver.bytes);
    quiet = sender.idle() && receiver.idle() && receiver.bytes.empty() ? quiet + 256 : 0;
    if (quiet > (board.led1 ? kStuck : kQuiet) || receiver.bytes.size() >= kBacklog) {
      pollfd waiting = {fd, POLLIN, 0};
      poll(&waiting, 1, 100);
    }
  }
}

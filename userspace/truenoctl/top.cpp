// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// truenoctl top: the devices and codecs at work, on a terminal. Signals are
// waited for beside the keys, so that every end leaves the terminal as it was.
#include <langinfo.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <clocale>
#include <csignal>
#include <cstring>
#include <memory>
#include <string>

#include "signal_wait.hpp"
#include "subcommand.hpp"
#include "top_view.hpp"

// Behind the others: it defines short names as macros.
#define NCURSES_NOMACROS
#include <ncurses.h>

namespace truenoctl {

namespace {

struct TopOptions {
    double interval = 1;
};

/// The terminal in ncurses' hands; its destructor gives it back.
class Screen {
  public:
    Screen() : screen_(newterm(nullptr, stdout, stdin)) {
        if (screen_ == nullptr) {
            throw Fatal({"the terminal's type is not known here: see the variable TERM",
                         "'TERM=vt100 truenoctl top' works on most terminals"});
        }
        cbreak();
        noecho();
        nodelay(stdscr, TRUE);
        curs_set(0);
    }
    ~Screen() {
        endwin();
        delscreen(screen_);
    }
    Screen(const Screen&) = delete;
    Screen& operator=(const Screen&) = delete;

    void follow_size() const {
        winsize size = {};
        if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
            resizeterm(size.ws_row, size.ws_col);
            // What the terminal made of the old content is not known.
            clearok(stdscr, TRUE);
        }
    }

    void show(const TopView& view, bool unicode) const {
        erase();
        int row = 0;
        for (const std::string& line :
             view.lines(static_cast<std::size_t>(getmaxx(stdscr)),
                        static_cast<std::size_t>(getmaxy(stdscr)), unicode)) {
            mvaddstr(row++, 0, line.c_str());
        }
        refresh();
    }

  private:
    SCREEN* screen_;
};

double now_seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

bool is_quit_key() {
    const int key = getch();
    return key == 'q' || key == 'Q';
}

void run_top(const Screen& screen, const SignalWait& signals, double interval, bool unicode) {
    TopView view;
    view.add(read_top_sample(now_seconds()));
    double next = now_seconds() + interval;
    for (;;) {
        screen.show(view, unicode);
        const double wait = std::max(0.0, next - now_seconds());
        pollfd sources[] = {{signals.descriptor(), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
        // Rounded up: a wait of less than a millisecond must not become a busy one.
        if (poll(sources, 2, static_cast<int>(wait * 1000) + 1) < 0 && errno != EINTR) {
            throw Fatal(describe_system_error("wait for keys", {errno}));
        }
        if (sources[0].revents != 0) {
            if (signals.next() != SIGWINCH) {
                return;
            }
            screen.follow_size();
        }
        if ((sources[1].revents & POLLHUP) != 0 ||
            ((sources[1].revents & POLLIN) != 0 && is_quit_key())) {
            return;
        }
        if (now_seconds() >= next) {
            view.add(read_top_sample(now_seconds()));
            next = now_seconds() + interval;
        }
    }
}

ExitStatus show_top(const TopOptions& options) {
    if (isatty(STDIN_FILENO) == 0 || isatty(STDOUT_FILENO) == 0) {
        throw Fatal({"top needs a terminal as its standard input and output",
                     "'truenoctl status' and 'truenoctl metrics' print to files and pipes"});
    }
    std::setlocale(LC_CTYPE, "");
    const bool unicode = std::strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
    const SignalWait signals({SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGWINCH});
    const Screen screen;
    run_top(screen, signals, options.interval, unicode);
    return ExitStatus::success;
}

}  // namespace

Run add_top(CLI::App& app) {
    auto options = std::make_shared<TopOptions>();
    app.add_option("--interval", options->interval,
                   "Look at the devices this many seconds apart; the default is 1")
        ->type_name("TIME")
        ->check(CLI::Range(0.1, 3600.0));
    return [options] { return show_top(*options); };
}

}  // namespace truenoctl

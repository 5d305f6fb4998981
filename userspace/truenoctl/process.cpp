// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#include "process.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <sstream>

#include "file_descriptor.hpp"

namespace truenoctl {

namespace {

// PATH of an ordinary user's shell lacks the last two; sudo and su keep it.
std::optional<std::string> find_program(const std::string& name) {
    const char* path = std::getenv("PATH");
    std::istringstream directories(fmt::format("{}:/usr/sbin:/sbin", path == nullptr ? "" : path));
    std::string directory;
    while (std::getline(directories, directory, ':')) {
        const std::string program = fmt::format("{}/{}", directory, name);
        if (!directory.empty() && access(program.c_str(), X_OK) == 0) {
            return program;
        }
    }
    return std::nullopt;
}

std::string read_to_end(int descriptor) {
    std::string content;
    char buffer[4096];
    ssize_t length = 0;
    while ((length = read(descriptor, buffer, sizeof(buffer))) > 0 ||
           (length < 0 && errno == EINTR)) {
        content.append(buffer, length > 0 ? static_cast<std::size_t>(length) : 0);
    }
    return content;
}

int wait_for_exit(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string last_line(std::string text) {
    text.erase(text.find_last_not_of(" \n") + 1);
    return text.substr(text.find_last_of('\n') + 1);
}

}  // namespace

Result<ProcessOutcome> run_process(const std::vector<std::string>& arguments) {
    const std::string& name = arguments.front();
    const std::optional<std::string> program = find_program(name);
    if (!program) {
        return failure(fmt::format("the program '{}' is not installed", name),
                       "install it (Debian: packages util-linux, e2fsprogs, btrfs-progs, xfsprogs) "
                       "or add its directory to PATH");
    }
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return failure(fmt::format("cannot run '{}': {}", name, std::strerror(errno)));
    }
    const FileDescriptor read_end(ends[0]);
    FileDescriptor write_end(ends[1]);

    std::vector<char*> argv;
    for (const std::string& argument : arguments) {
        argv.push_back(const_cast<char*>(argument.c_str()));
    }
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, write_end.number(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, write_end.number(), STDERR_FILENO);
    pid_t child = 0;
    const int status =
        posix_spawn(&child, program->c_str(), &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (status != 0) {
        return failure(fmt::format("cannot run '{}': {}", *program, std::strerror(status)));
    }
    write_end.reset();
    ProcessOutcome outcome;
    outcome.output = read_to_end(read_end.number());
    outcome.exit_status = wait_for_exit(child);
    return outcome;
}

Result<void> run_to_success(const std::vector<std::string>& arguments) {
    const Result<ProcessOutcome> outcome = run_process(arguments);
    if (!outcome) {
        return tl::unexpected(outcome.error());
    }
    if (outcome->exit_status != 0) {
        return failure(fmt::format("{} failed with exit status {}: {}", fmt::join(arguments, " "),
                                   outcome->exit_status, last_line(outcome->output)));
    }
    return {};
}

}  // namespace truenoctl

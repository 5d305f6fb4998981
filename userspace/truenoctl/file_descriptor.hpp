// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
#ifndef TRUENOCTL_FILE_DESCRIPTOR_HPP
#define TRUENOCTL_FILE_DESCRIPTOR_HPP

#include <fcntl.h>
#include <unistd.h>

namespace truenoctl {

/// Owns an open file descriptor; negative means none.
class FileDescriptor {
  public:
    explicit FileDescriptor(int number) : number_(number) {}
    ~FileDescriptor() { reset(); }
    FileDescriptor(const FileDescriptor&) = delete;
    FileDescriptor& operator=(const FileDescriptor&) = delete;

    int number() const { return number_; }

    void reset() {
        if (number_ >= 0) {
            close(number_);
        }
        number_ = -1;
    }

  private:
    int number_;
};

}  // namespace truenoctl

#endif  // TRUENOCTL_FILE_DESCRIPTOR_HPP

// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// The hand-made streams in tests/corpus: what every decoder must restore, and
// what every decoder must refuse.
#ifndef TRUENO_TESTS_CORPUS_HPP
#define TRUENO_TESTS_CORPUS_HPP

#include <string>

#include "codec_calls.hpp"

namespace trueno::test {

/// One format's part of the corpus, tests/corpus/NAME, whose streams are files
/// with the extension .NAME.
struct Corpus {
    std::string name;

    /// Decodes must-decode/*.NAME beside guard pages, and compares with what is
    /// beside each as NAME.content.
    /// @param fewest files that must be there.
    void expect_decodes(Codec codec, std::size_t fewest) const;

    /// Decodes must-fail/*.NAME beside guard pages; each must be refused as
    /// invalid.
    void expect_refuses(Codec codec, std::size_t fewest) const;
};

}  // namespace trueno::test

#endif  // TRUENO_TESTS_CORPUS_HPP

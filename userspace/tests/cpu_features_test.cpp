// SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
// Which codecs there are, by name, and what becomes of them when CPU features
// are masked, by call and by TRUENO_CPU_DISABLE.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <set>
#include <sstream>

#include "support/codec_calls.hpp"

namespace trueno::test {
namespace {

class CpuFeatures : public testing::Test {
  protected:
    void TearDown() override { trueno_cpu_disable(0); }
};

std::vector<std::string> usable_names() {
    std::vector<std::string> names;
    for (const Codec codec : Codec::all()) {
        names.emplace_back(codec.name());
    }
    return names;
}

TEST(CodecNames, EveryListedCodecIsFoundByItsName) {
    std::set<std::string> seen;
    ASSERT_GE(Codec::all().size(), 2u);
    for (const Codec codec : Codec::all()) {
        EXPECT_EQ(trueno_codec_find(codec.name()), codec.handle()) << codec.name();
        EXPECT_EQ(codec.name(), std::string(codec.format()) + "@" + codec.isa());
        EXPECT_TRUE(seen.insert(codec.name()).second) << codec.name() << " is listed twice";
    }
}

TEST(CodecNames, AFormatsNameFindsItsFirstVariantAndItsReferenceComesLast) {
    std::set<std::string> seen;
    for (const Format& format : all_formats()) {
        EXPECT_TRUE(seen.insert(format.name).second) << format.name << " is not listed together";
        EXPECT_EQ(trueno_codec_find(format.name.c_str()), format.variants.front().handle());
        EXPECT_STREQ(format.reference().isa(), "reference");
        for (const Codec codec : format.variants) {
            EXPECT_EQ(codec.format(), format.variants.front().format()) << "not the same pointer";
        }
    }
}

TEST(CodecNames, UnknownNamesAreNotFound) {
    for (const char* name :
         {"", "@", "lz4", "trueno", "trueno-lz", "trueno-lz44", "trueno-lz4@", "trueno-lz4@nope",
          "trueno-lz4@avx", "trueno-lz4@scalar ", " trueno-lz4", "TRUENO-LZ4", "@scalar",
          "trueno-lz4@scalar@scalar", "trueno-lz4\n"}) {
        EXPECT_EQ(trueno_codec_find(name), nullptr) << '"' << name << '"';
    }
}

TEST(CodecNames, ThereIsNothingBehindTheLastCodec) {
    const auto count = static_cast<unsigned int>(Codec::all().size());
    EXPECT_NE(trueno_codec_at(count - 1), nullptr);
    EXPECT_EQ(trueno_codec_at(count), nullptr);
    EXPECT_EQ(trueno_codec_at(~0u), nullptr);
}

TEST_F(CpuFeatures, EveryUsableFeatureHasANameOfItsOwn) {
    std::set<std::string> seen;
    for (unsigned int bit = 0; bit < 32; ++bit) {
        const char* name = trueno_cpu_feature_name(bit);
        if (name) {
            EXPECT_TRUE(seen.insert(name).second) << name;
        } else {
            EXPECT_FALSE(trueno_cpu_features() & 1u << bit) << "bit " << bit << " has no name";
        }
    }
    EXPECT_EQ(trueno_cpu_feature_name(32), nullptr);
    EXPECT_EQ(trueno_cpu_feature_name(~0u), nullptr);
}

#ifdef __x86_64__
TEST_F(CpuFeatures, FeaturesAreThoseTheKernelLists) {
    std::ifstream cpuinfo("/proc/cpuinfo");
    std::string line;
    while (std::getline(cpuinfo, line) && !line.starts_with("flags")) {
    }
    std::istringstream words(line);
    const std::set<std::string> flags{std::istream_iterator<std::string>(words), {}};
    const auto has = [&](std::initializer_list<const char*> wanted) {
        return std::all_of(wanted.begin(), wanted.end(),
                           [&](const char* flag) { return flags.contains(flag); });
    };
    // Every CPU with BMI2 has LZCNT, but some guests' kernels do not list it.
    const bool bmi2 = has({"bmi1", "bmi2"});
    const bool avx2 = bmi2 && has({"avx2"});
    const bool avx512 = avx2 && has({"avx512f", "avx512bw", "avx512dq", "avx512vl"});
    const bool vbmi2 = avx512 && has({"avx512vbmi", "avx512_vbmi2"});
    EXPECT_EQ(!!(trueno_cpu_features() & TRUENO_CPU_BMI2), bmi2);
    EXPECT_EQ(!!(trueno_cpu_features() & TRUENO_CPU_AVX2), avx2);
    EXPECT_EQ(!!(trueno_cpu_features() & TRUENO_CPU_AVX512VL), avx512);
    EXPECT_EQ(!!(trueno_cpu_features() & TRUENO_CPU_AVX512VBMI2), vbmi2);
}
#endif

TEST_F(CpuFeatures, WithEveryFeatureDisabledScalarIsTheBest) {
    const uint32_t before = trueno_cpu_features();
    const std::vector<std::string> all = usable_names();
    trueno_cpu_disable(~0u);
    EXPECT_EQ(trueno_cpu_features(), 0u);
    for (const Format& format : all_formats()) {
        EXPECT_STREQ(format.variants.front().isa(), "scalar") << format.name;
        EXPECT_EQ(format.variants.size(), 2u) << format.name;
        for (const Codec codec : format.variants) {
            EXPECT_FALSE(codec.needs_simd()) << codec.name();
        }
    }
    trueno_cpu_disable(0);
    EXPECT_EQ(trueno_cpu_features(), before);
    EXPECT_EQ(usable_names(), all);
}

TEST_F(CpuFeatures, ADisabledVariantIsNotFoundButAnEarlierHandleWorks) {
    const Codec best = *Codec::find("trueno-lz4");
    if (!best.needs_simd()) {
        GTEST_SKIP() << "this CPU has no SIMD variant of trueno-lz4";
    }
    trueno_cpu_disable(~0u);
    EXPECT_EQ(trueno_codec_find(best.name()), nullptr);
    EXPECT_EQ(Codec::find(best.name()).error(), Error::unusable_isa);
    EXPECT_NE(trueno_codec_find("trueno-lz4"), best.handle());
    const Bytes page = generate(InputKind::text, TRUENO_PAGE_SIZE, 1);
    EXPECT_EQ(compressed(best, page).empty(), false);
}

// Runs the program that lists the usable codecs; it reads the variable when
// its libtrueno is loaded.
std::string list_codecs(const std::string& program, const std::string& disabled) {
    const std::string command =
        "TRUENO_CPU_DISABLE='" + disabled + "' " TRUENO_EMULATOR " '" + program + "' 2>&1";
    FILE* pipe = popen(command.c_str(), "r");
    std::string output;
    std::array<char, 4096> chunk;
    while (const std::size_t length = std::fread(chunk.data(), 1, chunk.size(), pipe)) {
        output.append(chunk.data(), length);
    }
    EXPECT_EQ(pclose(pipe), 0) << command;
    return output;
}

class CpuDisable : public testing::TestWithParam<const char*> {};

TEST_P(CpuDisable, HidesTheVariantsThatNeedTheFeature) {
    const std::string all = list_codecs(GetParam(), "");
    for (const std::string feature : {"avx2", "neon"}) {
        const std::string left = list_codecs(GetParam(), feature);
        EXPECT_EQ(left.find("@" + feature), std::string::npos) << left;
        EXPECT_NE(left.find("@scalar"), std::string::npos) << left;
        if (all.find("@" + feature) == std::string::npos) {
            EXPECT_EQ(left, all);
        }
    }
}

TEST_P(CpuDisable, TakesAListWithBlanksAndEmptyElements) {
    std::string every;
    for (unsigned int bit = 0; bit < 32; ++bit) {
        if (const char* name = trueno_cpu_feature_name(bit)) {
            every += std::string(", ,") + name;
        }
    }
    trueno_cpu_disable(~0u);
    std::string expected;
    for (const std::string& name : usable_names()) {
        expected += name + "\n";
    }
    trueno_cpu_disable(0);
    EXPECT_EQ(list_codecs(GetParam(), every + ","), expected);
}

TEST_P(CpuDisable, WarnsOfAnUnknownFeatureAndAppliesTheOthers) {
    const std::string output = list_codecs(GetParam(), "avx2,sse17,bmi2,neon,avx512vl");
    EXPECT_NE(output.find("TRUENO_CPU_DISABLE: ignoring unknown CPU feature 'sse17'; known: bmi2, "
                          "avx2"),
              std::string::npos)
        << output;
    EXPECT_NE(output.find("\ntrueno-lz4@scalar\n"), std::string::npos) << output;
    EXPECT_EQ(output.find("trueno-lz4@avx2"), std::string::npos) << output;
}

TEST_P(CpuDisable, TakesNoPartOfANameForTheName) {
    const std::string output = list_codecs(GetParam(), "avx");
    EXPECT_NE(output.find("'avx'"), std::string::npos) << output;
    EXPECT_NE(output.find(list_codecs(GetParam(), "")), std::string::npos) << output;
}

INSTANTIATE_TEST_SUITE_P(Libraries, CpuDisable,
                         testing::Values(TRUENO_LIST_CODECS_STATIC, TRUENO_LIST_CODECS_SHARED),
                         [](const auto& info) { return info.index == 0 ? "Static" : "Shared"; });

}  // namespace
}  // namespace trueno::test

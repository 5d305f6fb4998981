# The codecs' sources and the flags of their ISA files: the one list, included
# by kmod/Kbuild and parsed by userspace/lib/CMakeLists.txt. One variable a
# line, words separated by blanks, paths relative to kmod/codec.
TRUENO_CODEC_SOURCES := dispatch.c cpu.c reference/lz4_reference.c lz4/lz4_scalar.c lz4/lz4_dict.c reference/word_reference.c word/word_tables.c selftest.c reference/zstd_reference.c zstd/zstd_scalar.c word/word_scalar.c zstd/zstd_dictionary.c reference/stream_reference.c reference/auto_reference.c auto/auto_scalar.c
TRUENO_CODEC_SOURCES_x86 := cpu_x86.c
TRUENO_CODEC_SOURCES_x86_bmi2 := x86/auto_bmi2.c x86/zstd_bmi2.c
TRUENO_CODEC_SOURCES_x86_avx2 := x86/lz4_avx2.c x86/word_avx2.c x86/auto_avx2.c
TRUENO_CODEC_SOURCES_x86_avx512 := x86/word_avx512.c x86/auto_avx512.c
TRUENO_CODEC_SOURCES_arm64 := cpu_arm64.c
TRUENO_CODEC_SOURCES_arm64_neon := arm64/lz4_neon.c arm64/auto_neon.c arm64/word_neon.c
TRUENO_CODEC_CFLAGS_x86_bmi2 := -mgeneral-regs-only -mbmi -mbmi2 -mlzcnt
# GCC 12 makes nothing of a byte blend where char has no sign, as in the kernel
# since 6.2: it compares each mask byte with zero as a char.
TRUENO_CODEC_CFLAGS_x86_avx2 := -fsigned-char -mavx2 -mbmi -mbmi2 -mlzcnt
TRUENO_CODEC_CFLAGS_x86_avx512 := -fsigned-char -mavx2 -mbmi -mbmi2 -mlzcnt -mavx512f -mavx512bw -mavx512dq -mavx512vl -mavx512vbmi -mavx512vbmi2

# The codecs' sources and the flags of their ISA files: the one list, included
# by kmod/Kbuild and parsed by userspace/lib/CMakeLists.txt. One variable a
# line, words separated by blanks, paths relative to kmod/codec.
TRUENO_CODEC_SOURCES := dispatch.c
TRUENO_CODEC_SOURCES_x86 :=
TRUENO_CODEC_SOURCES_x86_avx2 :=
TRUENO_CODEC_SOURCES_arm64 :=
TRUENO_CODEC_SOURCES_arm64_neon :=
TRUENO_CODEC_CFLAGS_x86_avx2 := -mavx2 -mbmi -mbmi2 -mlzcnt

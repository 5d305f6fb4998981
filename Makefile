# SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause
# The one entry to the project; `make help` lists the targets.

KERNEL ?= 6.1
PREFIX ?= /usr/local
BUILD_DIR := build

.DELETE_ON_ERROR:
.PHONY: all userspace module kernels kernel-support demo check check-all check-kernel check-avx512 bench bench-doc bench-kernel lint fuzz install dkms-install dkms-remove clean help

all: userspace

help:
	@echo 'make                the library and the tool, in build/'
	@echo 'make module         the kernel modules for KERNEL=$(KERNEL), in build/module/'
	@echo 'make demo           boots a kernel and shows zram with trueno-lz4, byte by byte'
	@echo 'make check          the tests here and on four kernels; ends with "N passed, N failed, N skipped"'
	@echo 'make check-all      those on every kernel of the matrix, and with AVX-512'
	@echo 'make bench          speed and size of every codec on real pages'
	@echo 'make bench-doc      writes docs/benchmarks.md from such a run'
	@echo 'make bench-kernel   lz4 against trueno-lz4 in a kernel at native speed (User Mode Linux)'
	@echo 'make check-kernel   the tests of the modules for KERNEL=$(KERNEL)'
	@echo 'make check-avx512   the tests of the modules on an emulated processor with AVX-512'
	@echo 'make kernels        the kernels that KERNEL= takes, and how their checks ended'
	@echo 'make kernel-support writes docs/kernel-support.md from the same'
	@echo 'make lint           the style and static checks alone'
	@echo 'make fuzz           the fuzz targets, for SECONDS=60 each'
	@echo 'make install        tool, library, headers, manual under DESTDIR and PREFIX=$(PREFIX)'
	@echo 'make dkms-install   the kernel modules for the kernels of this machine, by DKMS'
	@echo 'make dkms-remove    takes them away again'
	@echo 'make clean          removes build/'

# The tests are switched on by scripts/check: using the tool needs no GoogleTest.
$(BUILD_DIR)/build.ninja:
	@scripts/bootstrap --check build
	cmake -S . -B $(BUILD_DIR) -G Ninja -DTRUENO_TESTS=OFF

userspace: $(BUILD_DIR)/build.ninja
	@cmake --build $(BUILD_DIR) -- --quiet

module:
	@scripts/bootstrap module vm
	@scripts/module-build $(KERNEL)

demo:
	@scripts/demo

check:
	@scripts/check

check-all:
	@scripts/check --all

check-avx512:
	@KERNEL=$(KERNEL) scripts/check avx512

check-kernel:
	@scripts/check kernel-$(KERNEL)

kernels:
	@scripts/kernels

kernel-support:
	scripts/kernel-support >docs/kernel-support.md

lint:
	@scripts/bootstrap build module check
	@scripts/lint

# Without files of pages the tool takes the machine's own, or the sample.
bench bench-doc:
	@scripts/bootstrap build peers
	@$(MAKE) --no-print-directory userspace
	@scripts/pages --no-sample | xargs -d '\n' \
		$(BUILD_DIR)/userspace/truenoctl/truenoctl bench $(BENCH_ARGS) \
		$(if $(filter bench-doc,$@),--json >$(BUILD_DIR)/bench.json)
	@$(if $(filter bench-doc,$@),tools/bench-doc <$(BUILD_DIR)/bench.json >docs/benchmarks.md)

bench-kernel:
	@scripts/bench-kernel $(FORMATS)

SECONDS ?= 60
fuzz:
	@scripts/bootstrap build check
	@tools/fuzz/run $(SECONDS)

install: userspace
	DESTDIR=$(DESTDIR) cmake --install $(BUILD_DIR) --prefix $(PREFIX)

dkms-install:
	@scripts/dkms install

dkms-remove:
	@scripts/dkms remove

clean:
	rm -rf $(BUILD_DIR)

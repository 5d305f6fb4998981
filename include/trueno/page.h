/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
#ifndef TRUENO_PAGE_H
#define TRUENO_PAGE_H

/* The page the codecs are tuned for, in bytes; every other length works too. */
#define TRUENO_PAGE_SIZE 4096

#endif /* TRUENO_PAGE_H */

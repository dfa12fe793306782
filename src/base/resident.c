// SPDX-License-Identifier: Apache-2.0
// Giving back pages of code.
#include "config.h"
#include "base/resident.h"

#include <link.h>
#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/base.h"

#include "base/banned.h"

// Only segments that cannot be written: what stands in them stands in the file, so nothing is lost.
static int give_back(struct dl_phdr_info *info, size_t size, void *user)
{
	uintptr_t page = *(const uintptr_t *)user;

	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
		uintptr_t begin = info->dlpi_addr + segment->p_vaddr, end = begin + segment->p_memsz;

		if (segment->p_type != PT_LOAD || segment->p_flags & PF_W || segment->p_filesz == 0)
			continue;
		begin &= ~(page - 1);
		end = (end + page - 1) & ~(page - 1);
		(void)madvise((void *)begin, end - begin, MADV_DONTNEED); // NOLINT(performance-no-int-to-ptr)
	}
	return 0;
}

void resident_setup(void)
{
#ifdef M_ARENA_MAX
	// A fixed threshold: left alone it grows with the largest block freed, and heaps then keep the holes of old
	// pages.
	mallopt(M_MMAP_THRESHOLD, 64 << 10);
	mallopt(M_ARENA_MAX, 1);
#endif
}

void resident_trim(void)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

	dl_iterate_phdr(give_back, &page);
}

void resident_release(void)
{
#ifdef __GLIBC__
	malloc_trim(0);
#endif
}

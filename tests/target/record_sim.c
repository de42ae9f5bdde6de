/* SPDX-License-Identifier: BSD-2-Clause */
/* The recorder in the simulator: writes to the file that THIMBLE_RECORD names. */
#include <stdio.h>
#include <stdlib.h>

#include "host.h"
#include "record.h"
#include "sim.h"

const char *__wrap_sim_boot(const struct boot *b, const struct sim_options *options);
const char *__real_sim_boot(const struct boot *b, const struct sim_options *options);
void __wrap_sim_shutdown(void);

static FILE *file;

const struct boot *record_system(void)
{
    return sim_host.system;
}

u32 record_read(u32 pa)
{
    return sim_ram_read32(&sim.ram, paddr(pa));
}

void record_write(const void *data, u32 size)
{
    if (fwrite(data, 1, size, file) != size) {
        perror("record");
        exit(1);
    }
}

void record_close(void)
{
    bool bad = fclose(file) != 0;

    if (bad) {
        perror("record");
    }
    _Exit(bad);
}

const char *__wrap_sim_boot(const struct boot *b, const struct sim_options *options)
{
    const char *name = getenv("THIMBLE_RECORD");
    const char *misfit = __real_sim_boot(b, options);

    file = name != NULL ? fopen(name, "wb") : NULL;
    if (file == NULL) {
        perror("THIMBLE_RECORD");
        exit(1);
    }
    record_options.trace = getenv("THIMBLE_RECORD_TRACE") != NULL;
    record_begin();
    return misfit;
}

void __wrap_sim_shutdown(void)
{
    record_end(0);
}

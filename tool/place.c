/* SPDX-License-Identifier: BSD-2-Clause */
/* Where things are: see place.h. */
#define _GNU_SOURCE /* realpath() */
#include "place.h"

#include <dirent.h>
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model.h"

static bool is_folder(const char *path)
{
    struct stat s;

    return stat(path, &s) == 0 && S_ISDIR(s.st_mode);
}

static bool is_file(const char *path)
{
    struct stat s;

    return stat(path, &s) == 0 && S_ISREG(s.st_mode);
}

const char *thimble_root(void)
{
    static const char *root;
    char self[PATH_MAX];
    ssize_t length;

    if (root != NULL) {
        return root;
    }
    length = readlink("/proc/self/exe", self, sizeof(self) - 1U);
    if (length < 0) {
        fail(STATUS_BAD, "/proc/self/exe: %s", strerror(errno));
    } else {
        self[length] = '\0';
    }
    const char *folder = dirname(self); /* PREFIX/bin, or build/ of the tree */
    const char *const candidates[] = {text("%s/../lib/thimble", folder), text("%s/..", folder)};
    for (size_t i = 0; i < sizeof(candidates) / sizeof(candidates[0]); i++) {
        char real[PATH_MAX];
        if (is_file(text("%s/core/abi.h", candidates[i])) &&
            realpath(candidates[i], real) != NULL) {
            root = text("%s", real);
            return root;
        }
    }
    fail(STATUS_BAD, "%s: neither an installed program nor one in Thimble's tree", self);
}

void folder_make(const char *path)
{
    char *copy = text("%s", path);

    for (char *slash = strchr(copy + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(copy, 0777);
        *slash = '/';
    }
    if (mkdir(copy, 0777) != 0 && errno != EEXIST) {
        fail(STATUS_BAD, "%s: %s", copy, strerror(errno));
    }
}

void files_in(const char *folder, const char *end, struct list *names)
{
    DIR *directory = opendir(folder);

    if (directory == NULL) {
        fail(STATUS_BAD, "%s: %s", folder, strerror(errno));
    }
    for (struct dirent *e = readdir(directory); e != NULL; e = readdir(directory)) {
        if (e->d_name[0] != '.' && ends_with(e->d_name, end)) {
            list_add(names, e->d_name);
        }
    }
    (void)closedir(directory);
    list_sort(names);
}

void shipped_systems(struct list *names)
{
    struct list all = {0};
    const char *folder = text("%s/user/systems", thimble_root());

    files_in(folder, "", &all);
    for (size_t i = 0; i < all.count; i++) {
        if (is_file(text("%s/%s/system.c", folder, all.at[i]))) {
            list_add(names, all.at[i]);
        }
    }
}

void boards(struct list *names)
{
    struct list all = {0};

    files_in(text("%s/arm/boards", thimble_root()), ".h", &all);
    for (size_t i = 0; i < all.count; i++) {
        list_add(names, text("%.*s", (int)strlen(all.at[i]) - 2, all.at[i]));
    }
}

/* FNV-1a: folders of the same name have caches of their own. */
static uint64_t hash_of(const char *string)
{
    uint64_t hash = 0xcbf29ce484222325U;

    for (; *string != '\0'; string++) {
        hash = (hash ^ (unsigned char)*string) * 0x100000001b3U;
    }
    return hash;
}

#define PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

const char *name_plain(const char *name)
{
    char *plain = text("%s", name);

    for (char *c = plain + strspn(plain, PLAIN); *c != '\0'; c += strspn(c, PLAIN)) {
        *c = '_';
    }
    return plain;
}

static bool path_plain(const char *path)
{
    return path != NULL && path[0] == '/' && strspn(path, "/" PLAIN) == strlen(path);
}

/* Built things are nobody's: not in the user's folder, and not in Thimble's. */
static const char *cache_folder(const char *what)
{
    const char *cache = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");

    if (path_plain(cache) && access(cache, W_OK) == 0) {
        cache = text("%s/thimble", cache);
    } else if (path_plain(home) && access(home, W_OK) == 0) {
        cache = text("%s/.cache/thimble", home);
    } else {
        cache = text("/tmp/thimble-%u", (unsigned)getuid());
    }
    return text("%s/%s-%016llx", cache, name_plain(strrchr(what, '/') + 1),
                (unsigned long long)hash_of(text("%s\n%s", what, thimble_root())));
}

static _Noreturn void nothing_there(const char *path)
{
    char suggestion[SUGGESTION_SIZE];
    struct list shipped = {0};
    struct nearest near;
    char *names = text("%s", "");

    if (is_folder(path)) {
        fail(STATUS_BAD, "%s: no system.c in this folder; `thimble new NAME` makes one that has it",
             path);
    }
    if (strchr(path, '/') != NULL || ends_with(path, ".c")) {
        fail(STATUS_BAD, "%s: no such file or folder", path);
    }
    shipped_systems(&shipped);
    nearest_start(&near, path);
    for (size_t i = 0; i < shipped.count; i++) {
        nearest_offer(&near, NULL, shipped.at[i]);
        names = text("%s %s", names, shipped.at[i]);
    }
    nearest_text(&near, suggestion);
    fail(STATUS_BAD, "%s: no such folder or .c file, and no shipped system%s; there are:%s", path,
         suggestion, names);
}

struct place place_find(const char *path)
{
    struct place p = {.given = path};
    char real[PATH_MAX];
    const char *shipped = text("%s/user/systems/%s", thimble_root(), path);

    const char *found = NULL;

    p.file = is_file(path) && ends_with(path, ".c");
    if (p.file || is_file(text("%s/system.c", path))) {
        found = path;
    } else if (strchr(path, '/') == NULL && is_file(text("%s/system.c", shipped))) {
        found = shipped;
    }
    if (found == NULL || realpath(found, real) == NULL) {
        nothing_there(path);
    }
    p.cache = cache_folder(real);
    const char *name = strrchr(real, '/') + 1;
    if (p.file) {
        p.name = text("%.*s", (int)strlen(name) - 2, name);
        list_add(&p.sources, name);
        p.folder = text("%s", dirname(real));
    } else {
        p.name = text("%s", name);
        p.folder = text("%s", real);
        files_in(p.folder, ".c", &p.sources);
    }
    return p;
}

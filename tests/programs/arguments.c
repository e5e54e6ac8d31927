/* arguments deleted: removes its own file and becomes it once more.
 * arguments: becomes itself with an empty argument and 1.2 MB of others, whose sizes it then prints.
 * arguments memfd: becomes a copy of /bin/true that lies in memory only, under another name.
 * arguments mount: becomes one in a file system that it mounts for itself, and nowhere. Needs root. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <unistd.h>

#define COUNT 10
#define SIZE 120000

/* Closes `to`: what is open to be written cannot be executed. */
static void copy_true(int to) {
  sendfile(to, open("/bin/true", O_RDONLY), NULL, 1 << 30);
  close(to);
}

int main(int argc, char **argv) {
  if (argc > 2) {
    size_t bytes = 0;
    for (int i = 0; i < argc; ++i) bytes += strlen(argv[i]) + 1;
    printf("%d %zu\n", argc, bytes);
    return 0;
  }
  if (argc == 2 && strcmp(argv[1], "again") == 0) return 0;
  if (argc == 2 && strcmp(argv[1], "deleted") == 0) {
    int self = open("/proc/self/exe", O_RDONLY);
    unlink(argv[0]);
    fexecve(self, (char *const[]){argv[0], "again", NULL}, (char *const[]){NULL});
    return 1;
  }
  if (argc == 2 && strcmp(argv[1], "mount") == 0) {
    int context = fsopen("tmpfs", FSOPEN_CLOEXEC);
    fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0);
    int root = fsmount(context, FSMOUNT_CLOEXEC, 0);
    copy_true(openat(root, "copy", O_WRONLY | O_CREAT | O_CLOEXEC, 0755));
    fexecve(openat(root, "copy", O_RDONLY | O_CLOEXEC), (char *const[]){"copy", NULL}, (char *const[]){NULL});
    return 1;
  }
  if (argc == 2) {
    int memory = memfd_create("hidden", MFD_CLOEXEC);
    sendfile(memory, open("/bin/true", O_RDONLY), NULL, 1 << 30);
    char *const as[] = {"[kworker/0:0]", NULL};
    fexecve(memory, as, (char *const[]){NULL});
    return 1;
  }
  char *arguments[COUNT + 3] = {argv[0], ""};
  for (int i = 0; i < COUNT; ++i) {
    arguments[i + 2] = malloc(SIZE + 1);
    memset(arguments[i + 2], 'a' + i, SIZE);
    arguments[i + 2][SIZE] = 0;
  }
  execv("/proc/self/exe", arguments);
  return 1;
}

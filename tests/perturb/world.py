"""One perturbed world: everything around a build that must not show in its fingerprint.

A world is made in a forked child with namespaces of its own (mounts, host name, network), so that nothing of
it outlives the run or reaches the machine.
"""
import ctypes, ctypes.util, glob, os, random, shutil, string, subprocess

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWNET = 0x00020000, 0x04000000, 0x40000000
MS_BIND, MS_PRIVATE_RECURSIVE = 4096, 16384 | (1 << 18)
LIBC = ctypes.CDLL(None, use_errno=True)


def word(rng, least=4, most=12):
    return "".join(rng.choice(string.ascii_lowercase) for _ in range(rng.randint(least, most)))


def locales():
    """Those that the machine has: a locale that is not there is the same as C."""
    listed = subprocess.run(["locale", "-a"], capture_output=True, text=True).stdout.split()
    return ["C", "POSIX"] + [name for name in listed if name not in ("C", "POSIX")]


def choose_axes(rng, as_root, warm=None):
    depth = "/".join(word(rng) for _ in range(rng.randint(1, 5)))
    first_port = rng.randrange(20000, 50000)
    return {
        "workspace": f"/srv/{depth}/{word(rng)}-{rng.randint(1, 99)}",
        "home": f"/home/{word(rng)}",
        "tmpdir": rng.choice([None, f"/tmp/{word(rng)}", f"/var/tmp/{word(rng)}/t"]),
        "uid": 0 if as_root else rng.randint(1000, 59999),
        "user": "root" if as_root else word(rng),
        "umask": rng.choice([0o022, 0o002, 0o027]),
        "locale": rng.choice(locales()),
        "timezone": rng.choice(["UTC", "Etc/GMT-13", "Etc/GMT+9", "Asia/Kolkata"]),
        "hostname": f"{word(rng)}-{rng.randint(1, 999)}.example",
        "cpus": rng.randint(1, os.cpu_count()),
        "jobs": rng.choice([1, 2, 4]),
        "warm_home": rng.random() < 0.5 if warm is None else warm,
        "ipv6": rng.random() < 0.5,
        "reverse_name_servers": rng.random() < 0.5,
        "ports": [first_port, first_port + rng.randint(2000, 9000)],
        "load": rng.choice([0, 0, 1, 2]),
        "days_ahead": rng.randint(1, 700),
        "order_seed": rng.random(),
        "page_cache": rng.choice(["warm", "cold"]),
    }


def mount(source, target, kind, flags, options=None):
    enc = lambda text: text.encode() if text else None
    if LIBC.mount(enc(source), enc(target), enc(kind), flags, enc(options)):
        raise OSError(ctypes.get_errno(), f"mount {target}")


def copy_in_random_order(source, target, rng):
    """On tmpfs the order of directory entries follows from the order in which they were made."""
    os.makedirs(target, exist_ok=True)
    names = os.listdir(source)
    rng.shuffle(names)
    for name in names:
        here, there = os.path.join(source, name), os.path.join(target, name)
        if os.path.isdir(here) and not os.path.islink(here):
            copy_in_random_order(here, there, rng)
            shutil.copystat(here, there)
        else:
            shutil.copy2(here, there, follow_symlinks=False)


def own(top, uid):
    os.chown(top, uid, uid)
    for directory, directories, files in os.walk(top):
        for name in directories + files:
            os.chown(os.path.join(directory, name), uid, uid, follow_symlinks=False)


def is_cached(path):
    """Whether the file's first page is in memory."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.preadv(descriptor, [bytearray(1)], 0, os.RWF_NOWAIT) >= 0
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)


def drop_from_memory(*tops):
    """These files only: nothing else on the machine becomes slower. Returns how many left memory, of how many."""
    files = [os.path.join(directory, name) for top in tops for directory, _, names in os.walk(top) for name in names]
    files = [path for path in files if os.path.isfile(path) and not os.path.islink(path) and os.path.getsize(path)]
    for path in files:
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)  # a page that is not written yet stays
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)
    return [sum(not is_cached(path) for path in files), len(files)]


def isolate(axes, online, scratch):
    if LIBC.unshare(CLONE_NEWNS | CLONE_NEWUTS | (0 if online else CLONE_NEWNET)):
        raise OSError(ctypes.get_errno(), "unshare")
    mount(None, "/", None, MS_PRIVATE_RECURSIVE)
    for top in ("/srv", "/home", "/var/tmp"):
        if axes["page_cache"] == "cold":  # what is on tmpfs never leaves memory
            on_disk = f"{scratch}{top}"
            os.makedirs(on_disk)
            os.chmod(on_disk, 0o1777 if top.endswith("tmp") else 0o755)
            mount(on_disk, top, None, MS_BIND)
        else:
            mount("tmpfs", top, "tmpfs", 0, "mode=1777" if top.endswith("tmp") else "mode=755")
    name = axes["hostname"].encode()
    LIBC.sethostname(name, len(name))
    if online:
        return
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    settings = {"net/ipv4/ip_local_port_range": "{} {}".format(*axes["ports"]),
                "net/ipv6/conf/all/disable_ipv6": str(int(not axes["ipv6"]))}
    for path, value in settings.items():
        if os.path.exists(f"/proc/sys/{path}"):
            with open(f"/proc/sys/{path}", "w") as file:
                file.write(value)


def replace_file(path, content, scratch):
    """In this world only."""
    copy = f"{scratch}/{os.path.basename(path)}"
    with open(copy, "w") as file:
        file.write(content)
    mount(copy, os.path.realpath(path), None, MS_BIND)


def name_user(axes, scratch):
    if axes["uid"]:
        with open("/etc/passwd") as file:
            users = file.read()
        replace_file("/etc/passwd", f"{users}{axes['user']}:x:{axes['uid']}:{axes['uid']}::{axes['home']}:/bin/sh\n",
                     scratch)


def reverse_name_servers(scratch):
    with open("/etc/resolv.conf") as file:
        lines = file.read().splitlines()
    servers = [line for line in lines if line.startswith("nameserver")]
    rest = [line for line in lines if not line.startswith("nameserver")]
    replace_file("/etc/resolv.conf", "\n".join(rest + servers[::-1]) + "\n", scratch)


def place_docker_socket(socket):
    """Where every docker looks for it, in this world only."""
    os.chmod(socket, 0o666)
    mount("tmpfs", "/run", "tmpfs", 0, "mode=755")
    open("/run/docker.sock", "w").close()
    mount(socket, "/run/docker.sock", None, MS_BIND)


def faketime_library():
    """Preloaded in every run or in none: what it does itself is then the same everywhere."""
    found = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
    return found[0] if found else None


def environment_of(axes, date):
    environment = {"PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": axes["home"], "LC_ALL": axes["locale"],
                   "TZ": axes["timezone"], "JOBS": str(axes["jobs"]), "CI": "true", "USER": axes["user"]}
    if axes["tmpdir"]:
        environment["TMPDIR"] = axes["tmpdir"]
    if date:
        environment.update(LD_PRELOAD=faketime_library(), FAKETIME=f"+{axes['days_ahead']}d", FAKETIME_DONT_FAKE_MONOTONIC="1")
    return environment


def enter(axes, online, scratch, pristine, warm_home):
    """Makes the world of one run around this process."""
    isolate(axes, online, scratch)
    name_user(axes, scratch)
    if axes["reverse_name_servers"]:
        reverse_name_servers(scratch)
    copy_in_random_order(pristine, axes["workspace"], random.Random(axes["order_seed"]))
    if axes["warm_home"] and os.path.isdir(warm_home):
        shutil.copytree(warm_home, axes["home"], symlinks=True)
    for path in filter(None, (axes["workspace"], axes["home"], axes["tmpdir"])):
        os.makedirs(path, exist_ok=True)
        own(path, axes["uid"])
    if axes["page_cache"] == "cold":
        axes["left_memory"] = drop_from_memory(axes["workspace"], axes["home"])
    os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[:axes["cpus"]]))


class Load:
    """Programs that only burn time, for as long as the block runs."""

    def __init__(self, count):
        self.count = count

    def __enter__(self):
        self.processes = [subprocess.Popen(["sh", "-c", "while :; do :; done"], preexec_fn=lambda: os.nice(5))
                          for _ in range(self.count)]

    def __exit__(self, *_):
        for process in self.processes:
            process.kill()
            process.wait()

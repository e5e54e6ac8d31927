#!/usr/bin/env python3
"""`buildprint record`, end to end, as root and as an ordinary user through sudo.

record_test.py BUILDPRINT [unittest options]     needs root; skips (77) where the probe cannot work
"""
import glob
import json
import os
import pty
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

from live import LiveTest, require_probe

BUILDPRINT = os.path.abspath(sys.argv.pop(1))
NOBODY = "nobody"


def run(*arguments, **options):
    options.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.run(arguments, capture_output=True, text=True, timeout=120, **options)


def in_private_mounts(setup, *arguments, **options):
    """Runs a command with mounts of its own, after the shell lines of `setup`."""
    return run("unshare", "--mount", "--propagation", "private", "sh", "-ec", setup + '\nexec "$@"', "sh", *arguments,
               **options)


def as_nobody(*arguments):
    return ("setpriv", "--reuid=nobody", "--regid=nogroup", "--init-groups", "--", *arguments)


# sudo as this machine would have it if nobody were allowed to use it: only in the test's own mounts.
ALLOW_SUDO = """
cat >"$SCRATCH/sudoers" <<END
Defaults env_reset, secure_path="/usr/sbin:/usr/bin:/sbin:/bin"
root ALL=(ALL:ALL) ALL
nobody ALL=(ALL:ALL) NOPASSWD: ALL
END
chmod 0440 "$SCRATCH/sudoers"
mount --bind "$SCRATCH/sudoers" /etc/sudoers
"""
REFUSE_SUDO = ALLOW_SUDO.replace("nobody ALL", "daemon ALL")


class RecordTest(LiveTest):
    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="buildprint-live-")
        os.chmod(self.directory, 0o777)
        self.binary = shutil.copy(BUILDPRINT, self.directory)  # where every user can reach it
        os.environ["SCRATCH"] = self.directory
        self.addCleanup(shutil.rmtree, self.directory)

    def path(self, name):
        return os.path.join(self.directory, name)

    def record(self, *command, options=(), **how):
        how.setdefault("cwd", self.directory)
        return run(self.binary, "record", "-o", self.path("out.json"), *options, "--", *command, **how)

    def events(self, name="r.jsonl"):
        with open(self.path(name)) as file:
            return [json.loads(line) for line in file]

    def left(self):
        """What the run left in the directory."""
        return sorted(set(os.listdir(self.directory)) - {"buildprint", "sudoers"})

    # The status is the command's own.

    def test_status_of_the_command(self):
        for script, status in (("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137), ("kill -TERM $$", 143)):
            self.assertEqual(self.record("sh", "-c", script).returncode, status, script)

    def test_command_not_found(self):
        result = self.record("no-such-command")
        self.assertEqual(result.returncode, 127)
        self.assert_one_clear_line(result, "command not found")
        self.assertEqual(self.left(), [])

    def test_command_not_executable(self):
        open(self.path("plain"), "w").close()
        result = self.record("./plain", options=("--recording", self.path("r.jsonl")))
        self.assertEqual(result.returncode, 126)
        self.assert_one_clear_line(result, "permission denied")
        self.assertEqual(self.left(), ["plain"])

    # The command is what it would be without buildprint.

    def test_environment_directory_streams_and_user(self):
        script = ("env | grep -v '^_=' | sort; pwd; id; ulimit -a; umask; cat; echo err >&2; "
                  "grep -E '^(Sig|Cap|NoNewPrivs|Seccomp)' /proc/self/status; ls -l /proc/self/fd | wc -l")
        for extra in ((), as_nobody()):
            plain = run(*extra, "sh", "-c", script, input="hello\n", stdin=None, cwd=self.directory)
            recorded = run(*extra, "sh", "-c", 'exec "$@"', "sh", self.binary, "record", "-o", self.path("out.json"),
                           "--", "sh", "-c", script, input="hello\n", stdin=None, cwd=self.directory) \
                if not extra else None
            if recorded:
                self.assertEqual(recorded.stdout, plain.stdout)
                self.assertIn("err\n", recorded.stderr)

    def test_arguments_arrive_untouched(self):
        arguments = ["", "--", "-x", "a b", "{}", "[1,2]", "diff", "--help", "$HOME", "\n"]
        result = self.record("printf", "<%s>", *arguments)
        self.assertEqual(result.stdout, "".join(f"<{a}>" for a in arguments))

    def test_ignored_signals_stay_ignored(self):
        script = "grep SigIgn /proc/self/status"
        plain = run("nohup", "sh", "-c", script)
        recorded = run("nohup", self.binary, "record", "-o", self.path("out.json"), "--", "sh", "-c", script)
        self.assertEqual(recorded.stdout, plain.stdout)

    def test_signals_are_passed_on(self):
        for name in ("INT", "TERM", "HUP", "QUIT"):
            ready = self.path("ready-" + name)
            script = f"trap 'exit 9' {name}; echo >{ready}; while :; do sleep 0.05; done"
            with subprocess.Popen([self.binary, "record", "-o", self.path("out.json"), "--", "sh", "-c", script],
                                  stderr=subprocess.PIPE, cwd=self.directory) as process:
                while not os.path.exists(ready):
                    time.sleep(0.02)
                process.send_signal(getattr(signal, "SIG" + name))
                process.communicate(timeout=30)
            self.assertEqual(process.returncode, 9, name)

    def test_control_c_on_a_terminal_reaches_the_command_once(self):
        script = ("n=0; trap 'n=$((n+1))' INT; echo ready; i=0; "
                  "while [ $i -lt 20 ]; do sleep 0.05; i=$((i+1)); done; echo got $n; test -t 0 && read line && echo $line")
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.directory)
            os.execv(self.binary, [self.binary, "record", "-o", self.path("out.json"), "--", "sh", "-c", script])
        output, sent = "", False
        while "hello" not in output.replace("hello\r\n", "", 1):
            if not select.select([terminal], [], [], 30)[0]:
                break
            try:
                output += os.read(terminal, 4096).decode()
            except OSError:
                break
            if "ready" in output and not sent:
                os.write(terminal, b"\x03")
                sent = True
            if "got" in output and "hello" not in output:
                os.write(terminal, b"hello\n")
        os.close(terminal)
        os.waitpid(pid, 0)
        self.assertIn("got 1", output)
        self.assertIn("hello\r\nhello", output)

    def recorded_beside(self, screen, shared=False):
        """What a recording of two seconds writes to its standard error, `screen`; `shared`: its output goes there, too."""
        ours, theirs = screen
        process = subprocess.Popen([self.binary, "record", "-o", self.path("out.json"), "--", "sleep", "2"],
                                   stderr=theirs, stdout=theirs if shared else subprocess.DEVNULL, cwd=self.directory)
        os.close(theirs)
        seen = b""
        try:
            while part := os.read(ours, 4096):
                seen += part
        except OSError:  # the terminal's other side is closed
            pass
        os.close(ours)
        self.assertEqual(process.wait(timeout=60), 0, seen)
        return seen.decode()

    def test_progress_is_shown_on_a_terminal_of_its_own_and_nowhere_else(self):
        progress = r"recording: \d+ s, \d+ processes, \d+ behaviors"
        seen = self.recorded_beside(pty.openpty())
        self.assertRegex(seen, progress)
        self.assertIn("\r\x1b[K", seen)  # and is wiped away
        self.assertNotRegex(self.recorded_beside(os.pipe()), progress)
        self.assertNotRegex(self.recorded_beside(pty.openpty(), shared=True), progress)

    # Users.

    def test_root_records_as_another_user(self):
        result = self.record("sh", "-c", "id -un; id -Gn; echo $HOME; echo x >made",
                             options=("--user", NOBODY, "--recording", self.path("r.jsonl")))
        self.assertEqual(result.stdout, "nobody\nnogroup\n/nonexistent\n")
        self.assertEqual(result.returncode, 0, result.stderr)
        for name in ("out.json", "r.jsonl", "made"):
            self.assertEqual(os.stat(self.path(name)).st_uid, 65534, name)
        self.assertTrue(all(event["as"][:2] == [65534, 65534] for event in self.events()[1:-1] if event["by"] != [0, 0]))

    def test_another_user_cannot_write_where_it_must_not(self):
        os.chown(self.directory, 1, -1)  # neither root's, who would write there, nor nobody's
        os.chmod(self.directory, 0o755)
        result = self.record("touch", self.path("made"), options=("--user", NOBODY))
        self.assertEqual(result.returncode, 125)
        self.assertEqual(self.left(), [])

    def test_ordinary_user_records_through_sudo(self):
        result = in_private_mounts(ALLOW_SUDO, *as_nobody(
            "env", "PATH=/opt/mine:" + os.environ["PATH"], "MINE=1", self.binary, "record", "-o", self.path("out.json"),
            "--", "sh", "-c", "id -un; echo $MINE $PATH"), cwd=self.directory)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(result.stdout, f"nobody\n1 /opt/mine:{os.environ['PATH']}\n")
        self.assertEqual(os.stat(self.path("out.json")).st_uid, 65534)

    def test_sudo_records_as_the_user_behind_it(self):
        result = in_private_mounts(ALLOW_SUDO, *as_nobody(
            "env", "PATH=/opt/mine:" + os.environ["PATH"], "sudo", "-n", self.binary, "record", "-o",
            self.path("out.json"), "--", "sh", "-c", "id -un; echo $PATH $HOME $USER $LOGNAME; env | grep SUDO"),
            cwd=self.directory)
        self.assertEqual(result.stdout, f"nobody\n/opt/mine:{os.environ['PATH']} /nonexistent nobody nobody\n",
                         result.stderr)
        self.assertEqual(os.stat(self.path("out.json")).st_uid, 65534)

    def test_without_privilege_nothing_runs(self):
        result = in_private_mounts(REFUSE_SUDO, *as_nobody(self.binary, "record", "-o", self.path("out.json"), "--",
                                                           "touch", self.path("made")), cwd=self.directory)
        self.assertEqual(result.returncode, 125)
        self.assert_one_clear_line(result, "sudo: a password is required")
        self.assertEqual(self.left(), [])

    def test_only_root_may_name_another_user(self):
        result = run(*as_nobody(self.binary, "record", "--user", "daemon", "--", "true"), cwd=self.directory)
        self.assertEqual(result.returncode, 125)
        self.assert_one_clear_line(result, "only root can record as daemon")

    # Outputs.

    def test_outputs_are_checked_before_the_run(self):
        for option in ("-o", "--recording"):
            result = run(self.binary, "record", option, self.path("no/such/file"), "--", "touch", self.path("made"),
                         cwd=self.directory)
            self.assertEqual(result.returncode, 125)
            self.assert_one_clear_line(result, "No such file or directory")
            self.assertEqual(self.left(), [])

    def test_full_and_read_only_disks_keep_what_was_there(self):
        for options in ("size=32k", "size=32k,ro"):
            setup = f"""mkdir -p "$SCRATCH/disk"; mount -t tmpfs -o size=32k none "$SCRATCH/disk"
                        echo old >"$SCRATCH/disk/out.json"; head -c 24k /dev/zero >"$SCRATCH/disk/fill"
                        mount -o remount,{options} "$SCRATCH/disk" """
            check = f'"$@"; echo "status $?"; ls "$SCRATCH/disk"; cat "$SCRATCH/disk/out.json"'
            result = in_private_mounts(setup, "sh", "-c", check, "sh", self.binary, "record", "-o",
                                       self.path("disk/out.json"), "--recording", self.path("disk/r.jsonl"), "--",
                                       "sh", "-c", "for i in $(seq 300); do /bin/true; done", cwd=self.directory)
            self.assertEqual(result.stdout, "status 125\nfill\nout.json\nold\n", result.stderr)

    def test_default_output_is_named_after_the_workspace(self):
        os.mkdir(self.path("shop"))
        result = run(self.binary, "record", "--", "true", cwd=self.path("shop"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(os.listdir(self.path("shop")), ["shop.fingerprint.json"])

    # What is recorded.

    def test_a_recording_tells_the_run(self):
        result = self.record("sh", "-c", "/bin/true; exit 3", options=("--recording", self.path("r.jsonl")))
        self.assertEqual(result.returncode, 3)
        begin, *events, end = self.events()
        self.assertEqual(begin["run"]["command"], ["sh", "-c", "/bin/true; exit 3"])
        self.assertEqual([event["exe"].split("/")[-1] for event in events if event["event"] == "exec"], ["dash", "true"])
        self.assertEqual(events[0]["by"], begin["run"]["main_process"])
        self.assertEqual(end["end"]["status"], 3 << 8)
        self.assertEqual(end["end"]["loss"], {})

    def test_what_is_left_running_is_listed(self):
        begun = time.monotonic()
        result = self.record("sh", "-c", "sleep 30 >/dev/null 2>&1 & echo $!",
                             options=("--linger", "300ms", "--recording", self.path("r.jsonl")))
        self.addCleanup(os.kill, int(result.stdout), signal.SIGKILL)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertLess(time.monotonic() - begun, 10)
        self.assertEqual(self.events()[-1]["end"]["left_running"], ["/usr/bin/sleep"])
        self.assertEqual(self.events()[-1]["end"]["loss"], {})
        self.assertIn("still running: /usr/bin/sleep", result.stderr)

    def test_what_ends_within_the_linger_is_recorded(self):
        result = self.record("sh", "-c", "setsid sh -c 'sleep 0.5; exec /bin/true' >/dev/null 2>&1 &",
                             options=("--recording", self.path("r.jsonl")))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("/usr/bin/true", [event.get("exe") for event in self.events()])
        self.assertNotIn("left_running", self.events()[-1]["end"])

    def test_a_probe_that_dies_halfway_is_told(self):
        with subprocess.Popen([self.binary, "record", "-o", self.path("out.json"), "--", "sh", "-c",
                               f"echo >{self.path('ready')}; sleep 1"], stderr=subprocess.PIPE, text=True,
                              cwd=self.directory) as process:
            while not os.path.exists(self.path("ready")):
                time.sleep(0.02)
            for status in glob.glob("/proc/[0-9]*/stat"):
                try:
                    with open(status) as file, open(os.path.dirname(status) + "/cmdline") as words:
                        parent, command = file.read().rsplit(")", 1)[1].split()[1], words.read().split("\0")
                except OSError:
                    continue
                if int(parent) == process.pid and command[1:2] == ["probe"]:
                    os.kill(int(os.path.basename(os.path.dirname(status))), signal.SIGKILL)
            stderr = process.communicate(timeout=30)[1]
        self.assertEqual(process.returncode, 125)
        self.assertIn("the probe ended before the recording did: it was killed by signal 9", stderr)
        with open(self.path("out.json")) as file:
            self.assertFalse(json.load(file)["complete"])

    def test_a_probe_whose_reader_stops_reading_ends_when_the_reader_has_gone(self):
        flood = "read go; a=$(printf %100000s x); for i in $(seq 240); do /bin/sh -c : $i \"$a\"; done"
        command = subprocess.Popen(["sh", "-c", flood], stdin=subprocess.PIPE)
        probe = subprocess.Popen([self.binary, "probe", "--pid", str(command.pid)], stdin=subprocess.PIPE,
                                 stdout=subprocess.PIPE, bufsize=0)
        self.addCleanup(probe.kill)
        self.assertTrue(probe.stdout.read(1))
        command.communicate(b"go\n", timeout=60)
        probe.stdin.close()
        with self.assertRaises(subprocess.TimeoutExpired):
            probe.wait(timeout=1)
        probe.stdout.close()
        self.assertEqual(probe.wait(timeout=10), 1)

    def test_several_runs_are_merged(self):
        result = self.record("sh", "-c", "echo run", options=("--runs", "3", "--label", "a=1", "--label", "b=[x,y]"))
        self.assertEqual(result.stdout, "run\n" * 3)
        self.assertIn("3 runs: no behavior was seen only once", result.stderr)
        with open(self.path("out.json")) as file:
            fingerprint = json.load(file)
        self.assertEqual(fingerprint["runs"], 3)
        self.assertEqual({key: fingerprint["labels"].get(key) for key in "ab"}, {"a": "1", "b": "[x,y]"})

    def test_several_runs_as_another_user(self):
        result = self.record("id", "-un", options=("--runs", "2", "--user", NOBODY))
        self.assertEqual((result.returncode, result.stdout), (0, "nobody\n" * 2), result.stderr)

    def test_who_reads_what_several_runs_say_cannot_become_root(self):
        result = self.record("sh", "-c", "grep Uid: /proc/$PPID/status", options=("--runs", "3", "--user", NOBODY))
        self.assertEqual((result.returncode, result.stdout), (0, ("Uid:" + "\t65534" * 4 + "\n") * 3), result.stderr)

    def test_a_place_that_others_could_exchange_is_not_written_by_root(self):
        os.makedirs(self.path("open/roots"))
        os.chmod(self.path("open"), 0o777)
        result = run(self.binary, "record", "--user", NOBODY, "-o", self.path("open/roots/out.json"), "--", "true")
        self.assertEqual(result.returncode, 125)
        self.assert_one_clear_line(result, "Permission denied")

    # Stability.

    def stability(self, script, *options):
        os.makedirs(self.path("tree/sub"), exist_ok=True)
        with open(self.path("tree/run"), "w") as file:
            file.write(script)
        return run(self.binary, "stability", *options, "--", "sh", "run", cwd=self.path("tree"))

    def test_a_stable_command_is_told_so(self):
        result = self.stability("cat run >/dev/null; d=$(mktemp -d) && rmdir $d; echo hello", "--runs", "4", "--copy")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("every behavior is in every run", result.stdout)
        self.assertRegex(result.stderr, "run 2 of 4: .*LC_ALL=C")
        self.assertEqual(result.stderr.count("hello\n"), 4)
        self.assertEqual(sorted(os.listdir(self.path("tree"))), ["run", "sub"])

    def test_what_the_first_run_left_is_told(self):
        script = "test -e made || cp run made"
        result = self.stability(script, "--runs", "3")
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertIn("in the first run only", result.stdout)
        self.assertIn("1/3  exec /usr/bin/sh $WS/run > /usr/bin/cp", result.stdout)
        result = self.stability(script, "--runs", "3", "--prepare", "rm -f made")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_a_random_name_is_told_with_a_rule(self):
        script = "n=job-$(od -An -N4 -tx4 /dev/urandom | tr -d ' '); mkdir -p gen; cp /bin/true gen/$n; gen/$n"
        result = self.stability(script, "--runs", "4", "--copy")
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertIn("$WS/gen/job-<…>", result.stdout)
        self.assertIn('"pattern": "job-([A-Za-z0-9_]{8})"', result.stdout)

    def test_what_depends_on_a_condition_names_it(self):
        result = self.stability('test "$(umask)" != 0002 || uname >/dev/null', "--runs", "6")
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertIn("each time with umask 002, never without", result.stdout)
        result = self.stability('test "$(umask)" != 0002 || uname >/dev/null', "--runs", "6", "--keep", "umask")
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)

    def test_a_run_that_fails_tells_what_it_had(self):
        result = self.stability('test "$(umask)" != 0002', "--runs", "3")
        self.assertEqual(result.returncode, 4, result.stdout + result.stderr)
        self.assertRegex(result.stderr, "run 2 exited with status 1; it ran with .*umask 002")


if __name__ == "__main__":
    require_probe(BUILDPRINT)
    unittest.main()
